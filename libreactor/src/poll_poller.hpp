#pragma once

#include "poller.hpp"

#include <cstdint>
#include <vector>

namespace reactor::detail {

/// poll(2): for systems with nothing better, and to check the others against.
class poll_poller final : public poller {
public:
    [[nodiscard]] const char* name() const noexcept override { return "poll"; }
    [[nodiscard]] std::error_code add(int fd, interest wanted, std::uint64_t tag) override;
    [[nodiscard]] std::error_code modify(int fd, interest wanted, std::uint64_t tag) override;
    void remove(int fd) noexcept override;
    [[nodiscard]] std::error_code wait(system::wait_limit limit,
                                       std::vector<readiness>& out) override;
    [[nodiscard]] std::error_code rebuild() override;
    void let_go() noexcept override {} // the set is in our own memory

private:
    static constexpr std::uint32_t nowhere = 0xffffffffU;

    [[nodiscard]] std::uint32_t place_of(int fd) const noexcept;

    std::vector<pollfd> entries_;
    std::vector<std::uint64_t> tags_;   // beside entries_
    std::vector<std::uint32_t> places_; // by descriptor
};

} // namespace reactor::detail
