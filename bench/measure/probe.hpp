#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bench {

/// CPU time that a process has used so far, from two of the kernel's books.
struct cpu_times {
    std::chrono::nanoseconds ticks{}; ///< utime + stime of `stat`: complete, in steps of 10 ms.
    std::chrono::nanoseconds
        schedule{}; ///< `schedstat` of the live threads: exact; 0 when not kept.
};

/// What was used between two readings.
struct cpu_used {
    std::chrono::nanoseconds time{};
    const char* source = "stat"; ///< `schedstat` or `stat`.
};

/// Resident memory, in bytes.
struct memory_use {
    std::uint64_t now = 0;
    std::uint64_t peak = 0;
};

/// Reads CPU time and memory of another process of this machine from /proc.
class process_probe {
public:
    /// @param proc  where the proc file system is; a test has its own.
    explicit process_probe(int pid, std::string proc = "/proc");

    [[nodiscard]] int pid() const noexcept { return pid_; }
    /// Empty when the process is gone or may not be looked at.
    [[nodiscard]] std::optional<cpu_times> cpu() const;
    [[nodiscard]] std::optional<memory_use> memory() const;
    /// Switches between threads so far, voluntary or not, of all its live threads.
    [[nodiscard]] std::optional<std::uint64_t> context_switches() const;

private:
    int pid_;
    std::string directory_;
};

/// The exact book where it agrees with the complete one (a thread that ended takes its share out of
/// the former), else the complete one.
[[nodiscard]] cpu_used used_between(const cpu_times& before, const cpu_times& after) noexcept;

/// utime + stime of a `/proc/PID/stat`, in ticks; the command name may hold anything.
[[nodiscard]] std::optional<std::uint64_t> parse_stat_ticks(std::string_view stat);
/// A number (`voluntary_ctxt_switches`) of a `/proc/PID/status`.
[[nodiscard]] std::optional<std::uint64_t> parse_status_number(std::string_view status,
                                                               std::string_view field);
/// Bytes of a field (`VmRSS`) of a `/proc/PID/status`.
[[nodiscard]] std::optional<std::uint64_t> parse_status_bytes(std::string_view status,
                                                              std::string_view field);

/// CPU time of this process.
[[nodiscard]] std::chrono::nanoseconds own_cpu() noexcept;

/// CPU time of the calling thread.
[[nodiscard]] std::chrono::nanoseconds thread_cpu() noexcept;

/// Time that the calling thread was ready to run and had no core; 0 where it is not kept.
[[nodiscard]] std::chrono::nanoseconds thread_wait();

/// Raises this process's limit of descriptors as far as it may; gives the limit then in force.
std::uint64_t raise_descriptor_limit() noexcept;

} // namespace bench
