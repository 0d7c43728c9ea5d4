#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace chatload {

/// When each line of one client was sent, or should have been: written by the client's thread, read
/// by all, without a lock.
///
/// The times lie in a chain of blocks.  A reader holds the block that it is at, so a block lives
/// until the slowest reader has passed it: no time is ever given up, however late its line comes,
/// or the slowest lines would be missing from the latencies.
class send_times {
    static constexpr std::uint32_t block_size = 128;
    struct block {
        std::array<std::chrono::nanoseconds, block_size> times{};
        std::shared_ptr<block> next; // there before the count says that its first time is
    };

public:
    send_times() : first_(std::make_shared<block>()), last_(first_) {}

    /// Notes the next line; gives its number.  The writer's thread.
    std::uint32_t add(std::chrono::nanoseconds when) {
        const std::uint32_t number = count_.load(std::memory_order_relaxed);
        if (number % block_size == 0 && number > 0) {
            last_->next = std::make_shared<block>();
            last_ = last_->next;
        }
        last_->times[number % block_size] = when;
        count_.store(number + 1, std::memory_order_release);
        return number;
    }
    /// Lines noted so far.  Any thread.
    [[nodiscard]] std::uint32_t count() const noexcept {
        return count_.load(std::memory_order_acquire);
    }
    /// Readers that start from now on would need what is given up here: while there is one thread.
    void forget_start() noexcept { first_.reset(); }

    /// One thread's way through the times.
    class reader {
    public:
        reader() = default;
        explicit reader(const send_times& of) : at_(of.first_) {}

        /// Whether it reads anything at all.
        [[nodiscard]] explicit operator bool() const noexcept { return at_ != nullptr; }
        /// The time of line `number`, which `count` has told of; never one before a block that was
        /// passed.
        [[nodiscard]] std::chrono::nanoseconds at(std::uint32_t number) {
            while (number - start_ >= block_size) {
                at_ = at_->next;
                start_ += block_size;
            }
            return at_->times[number - start_];
        }

    private:
        std::shared_ptr<block> at_;
        std::uint32_t start_ = 0; // number of the block's first line
    };

private:
    std::shared_ptr<block> first_;
    std::shared_ptr<block> last_;
    std::atomic<std::uint32_t> count_{0};
};

} // namespace chatload
