#pragma once

#include <reactor/unique_function.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

namespace reactor::sim::detail {

/// Time that moves when it is told to, and what is to happen at which moment.
class sim_clock {
public:
    using nanoseconds = std::chrono::nanoseconds;
    /// Not 0, so that a time never set shows.
    static constexpr nanoseconds start = std::chrono::seconds{1000};

    /// Any thread.
    [[nodiscard]] nanoseconds now() const noexcept {
        return nanoseconds{now_.load(std::memory_order_relaxed)};
    }
    /// Never back.
    void move_to(nanoseconds when) noexcept;
    void at(nanoseconds when, unique_function<void()> action);
    [[nodiscard]] std::optional<nanoseconds> next() const noexcept;
    /// Takes out the earliest action that is due; empty if none is.
    unique_function<void()> take_due();
    void forget_actions() noexcept;

private:
    std::atomic<std::int64_t> now_{start.count()};
    std::uint64_t sequence_ = 0;
    std::map<std::pair<nanoseconds, std::uint64_t>, unique_function<void()>> actions_;
};

} // namespace reactor::sim::detail
