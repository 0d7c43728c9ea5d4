#pragma once

#include "description.hpp"
#include "sim_epoll.hpp"
#include "wake_table.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <utility>
#include <vector>

namespace reactor::sim::detail {

/// A kqueue as on the BSDs.  A filter is one of a descriptor's number, which closing takes out
/// whoever else keeps what it stood for; a descriptor with two filters gives two events.
class sim_kqueue final : public description {
public:
    using event = system::kqueue_event;
    using filter = system::kqueue_filter;

    /// One change of this kqueue, whose own descriptor is `set`; `target` is what `asked.fd` stands
    /// for, or null.
    result change(int set, const event& asked, const std::shared_ptr<description>& target,
                  wake_table& wakes);
    /// Gives how many it filled in; takes what it reported out of `injected`.
    /// @param random  draws the order, when given.
    std::size_t collect(std::span<event> events, sim_epoll::injected_events& injected,
                        std::mt19937_64* random);
    /// The number was closed.
    void forget(int fd);

    [[nodiscard]] std::uint32_t ready() const override;
    [[nodiscard]] std::string describe() const override;

private:
    struct note {
        int fd;
        filter what;
        std::uint32_t mark;
        std::shared_ptr<description> target;
    };
    using note_key = std::pair<int, filter>;

    void on_last_close() override;
    result change_user(int set, const event& asked, wake_table& wakes);
    [[nodiscard]] static std::optional<event> event_of(const note& watched);
    static void inject(const note& watched, std::uint32_t bits, std::optional<event>& given);

    std::map<std::uint64_t, note> notes_; ///< By age; what was reported becomes the youngest.
    std::map<note_key, std::uint64_t> ages_;
    std::uint64_t next_age_ = 0;
    wake_table::slot* user_ = nullptr; ///< Once there is a user filter.
    std::uint32_t user_mark_ = 0;
};

} // namespace reactor::sim::detail
