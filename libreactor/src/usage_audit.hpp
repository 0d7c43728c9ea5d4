#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace reactor::detail {

/// What the audit mode finds wrong with the use of a loop: each kind is printed once a class, and
/// all are counted.  Shared with what outlives the loop, and used by the very threads that must not
/// use the loop.
class usage_audit {
public:
    explicit usage_audit(bool on);
    usage_audit(const usage_audit&) = delete;
    usage_audit& operator=(const usage_audit&) = delete;

    [[nodiscard]] bool on() const noexcept { return on_; }

    /// The calling thread is the loop's until `end_run`: only while the loop runs is another one
    /// certainly wrong.  False when it runs already.
    [[nodiscard]] bool begin_run() noexcept;
    void end_run() noexcept { running_.store(false, std::memory_order_release); }
    [[nodiscard]] bool running() const noexcept { return running_.load(std::memory_order_acquire); }

    /// Says so when another thread runs the loop, or when this process is a forked child.
    /// @param name  class of what is used.
    void check(const char* name) noexcept {
        if (on_) [[unlikely]] {
            check_process(name);
            check_thread(name);
        }
    }
    /// The same for what any thread may do.
    void check_shared(const char* name) noexcept {
        if (on_) [[unlikely]]
            check_process(name);
    }
    void note_slow(const char* name, std::chrono::nanoseconds took,
                   std::chrono::nanoseconds limit) noexcept;

    /// This process is not the one that made the loop (or made it anew after a fork).
    [[nodiscard]] bool forked() const noexcept;
    /// The loop belongs to this process from now on.
    void adopt_process() noexcept;

    /// Findings since the last time.
    [[nodiscard]] std::uint64_t take_findings() noexcept {
        return findings_.load(std::memory_order_relaxed) != 0 ? findings_.exchange(0) : 0;
    }

private:
    enum class kind : std::uint8_t { slow_callback, wrong_thread, forked };

    void check_process(const char* name) noexcept;
    void check_thread(const char* name) noexcept;
    void found(kind what, const char* name, const char* text) noexcept;
    [[nodiscard]] bool is_new(kind what, const char* name) noexcept;

    bool on_;
    std::atomic<bool> running_ = false;
    std::atomic<std::thread::id> thread_; // meaningful while running
    std::atomic<int> process_;
    std::atomic<std::uint64_t> findings_ = 0;
    std::mutex mutex_;
    std::vector<std::pair<kind, std::string>> printed_; // guarded by mutex_
};

} // namespace reactor::detail
