#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bench {

/// Counts the system calls of another process by a tracepoint of the kernel, which costs that
/// process next to nothing.  Linux only, and only where the kernel lets the user look.
class system_call_counter {
public:
    /// Starts counting in all threads of `pid` and in those that these start later.
    /// @param tracing  where the tracing file system is; a test has its own.
    explicit system_call_counter(int pid, const std::string& tracing = "/sys/kernel/tracing");
    system_call_counter(const system_call_counter&) = delete;
    system_call_counter& operator=(const system_call_counter&) = delete;
    ~system_call_counter();

    /// Calls since the counting began; empty when they cannot be counted, and `why_not` says why.
    [[nodiscard]] std::optional<std::uint64_t> read() const;
    /// Why they cannot be counted, for people; empty when they can.
    [[nodiscard]] const std::string& why_not() const noexcept { return why_not_; }

private:
    std::vector<int> counters_; // a descriptor for each thread
    std::string why_not_;
};

} // namespace bench
