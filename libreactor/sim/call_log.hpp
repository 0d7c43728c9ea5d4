#pragma once

#include <reactor/sim/call.hpp>

#include "description.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace reactor::sim::detail {

/// Counts every call and remembers the last ones.
class call_log {
public:
    static constexpr std::size_t kept = 256;

    void count(call which, int fd);
    /// @param size  bytes offered, or the number that means most for this call.
    void add(std::chrono::nanoseconds when, call which, int fd, std::size_t size,
             result given) noexcept;
    void reset_counts() noexcept;

    [[nodiscard]] std::uint64_t counted(call which) const noexcept;
    [[nodiscard]] std::uint64_t counted(call which, int fd) const noexcept;
    [[nodiscard]] std::string text(std::size_t last) const;

private:
    using counts = std::array<std::uint64_t, call_count>;
    struct record {
        std::chrono::nanoseconds when;
        std::size_t size;
        result given;
        int fd;
        call which;
    };

    counts totals_{};
    std::vector<counts> by_descriptor_;
    std::array<record, kept> records_{};
    std::size_t recorded_ = 0;
};

} // namespace reactor::sim::detail
