#pragma once

#include <sys/resource.h>

#include <chrono>

namespace reactor_bench {

/// Time and CPU time of this process since it was made.
class stopwatch {
public:
    stopwatch() noexcept { ::getrusage(RUSAGE_SELF, &before_); }

    [[nodiscard]] std::chrono::nanoseconds elapsed() const noexcept {
        return std::chrono::steady_clock::now() - start_;
    }
    [[nodiscard]] std::chrono::nanoseconds user_cpu() const noexcept {
        return to_duration(now().ru_utime) - to_duration(before_.ru_utime);
    }
    [[nodiscard]] std::chrono::nanoseconds system_cpu() const noexcept {
        return to_duration(now().ru_stime) - to_duration(before_.ru_stime);
    }

private:
    [[nodiscard]] static rusage now() noexcept {
        rusage used{};
        ::getrusage(RUSAGE_SELF, &used);
        return used;
    }
    [[nodiscard]] static std::chrono::nanoseconds to_duration(const timeval& time) noexcept {
        return std::chrono::seconds{time.tv_sec} + std::chrono::microseconds{time.tv_usec};
    }

    rusage before_{};
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

} // namespace reactor_bench
