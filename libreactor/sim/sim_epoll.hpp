#pragma once

#include "description.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <span>
#include <utility>
#include <vector>

namespace reactor::sim::detail {

/// An epoll set, level-triggered.  As in the kernel, what is watched is a pair of descriptor number
/// and open description: it goes when the description is closed everywhere, and not before.
class sim_epoll final : public description {
public:
    /// Events reported true or not: descriptor and bits.
    using injected_events = std::vector<std::pair<int, std::uint32_t>>;

    result control(int operation, int fd, const std::shared_ptr<description>& target,
                   const epoll_event* event);
    /// Gives how many it filled in; takes what it reported out of `injected`.
    /// @param random  draws the order, when given.
    std::size_t collect(std::span<epoll_event> events, injected_events& injected,
                        std::mt19937_64* random);
    void forget(int fd);

    [[nodiscard]] std::uint32_t ready() const override;
    [[nodiscard]] std::string describe() const override;

private:
    struct watch {
        int fd;
        std::shared_ptr<description> target;
        epoll_event event;
    };
    struct finding {
        std::uint64_t age;
        std::uint32_t events;
    };
    using watch_key = std::pair<int, const description*>;

    [[nodiscard]] std::vector<finding> find_ready(const injected_events& injected);
    void put_in_order(std::vector<finding>& findings, std::size_t room, std::mt19937_64* random);
    [[nodiscard]] static std::uint32_t ready_of(const watch& watched);

    std::map<std::uint64_t, watch> watches_; ///< By age.
    std::map<watch_key, std::uint64_t> ages_;
    std::uint64_t next_age_ = 0;
    std::uint64_t start_at_ =
        0; ///< The age with which the next report begins, so that none starves.
};

} // namespace reactor::sim::detail
