#pragma once

#include "description.hpp"

#include <array>
#include <atomic>
#include <cstdint>

namespace reactor::sim::detail {

/// The wake descriptors of a world, found and signalled without a lock: other threads and signal
/// handlers do so.
class wake_table {
public:
    struct slot {
        std::atomic<int> fd{-1};
        std::atomic<std::uint64_t> signals{0};
        std::atomic<bool> full{false};
    };

    /// Null when all are taken.
    slot* take() noexcept;
    [[nodiscard]] slot* find(int fd) noexcept;
    /// Any thread.  EBADF, or EAGAIN when the counter is full.
    result signal(int fd) noexcept;
    /// A call without effect: counted.
    result skip() noexcept;
    /// Calls of `signal` and `skip`.
    [[nodiscard]] std::uint64_t calls() const noexcept {
        return calls_.load(std::memory_order_relaxed);
    }
    void reset_calls() noexcept { calls_.store(0, std::memory_order_relaxed); }

private:
    static constexpr int reserved = -2;

    std::array<slot, 64> slots_;
    std::atomic<std::uint64_t> calls_{0};
};

/// What a wake descriptor stands for; gives its slot back when closed.
class sim_wake final : public description {
public:
    explicit sim_wake(wake_table::slot& slot) noexcept : slot_(slot) {}

    /// The signals since the last time, or EAGAIN.
    result drain() noexcept;
    [[nodiscard]] std::uint32_t ready() const override;
    [[nodiscard]] std::string describe() const override;

private:
    void on_last_close() override;

    wake_table::slot& slot_;
};

} // namespace reactor::sim::detail
