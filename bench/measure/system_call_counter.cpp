#include "bench/measure/system_call_counter.hpp"

#include "bench/measure/proc_file.hpp"

#include <unistd.h>
#ifdef __linux__
#include <linux/perf_event.h>
#include <sys/syscall.h>
#endif

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace bench {

#ifdef __linux__

namespace {

/// The kernel's number of the tracepoint that every system call passes; 0 when it is not told.
std::uint64_t tracepoint_number(const std::string& tracing) {
    const auto text = read_proc_file(tracing + "/events/raw_syscalls/sys_enter/id");
    return text ? std::strtoull(text->c_str(), nullptr, 10) : 0;
}

/// A descriptor that counts the tracepoint in one thread and its descendants; -1 and errno.
int open_counter(std::uint64_t tracepoint, int thread) {
    perf_event_attr what{};
    what.type = PERF_TYPE_TRACEPOINT;
    what.size = sizeof what;
    what.config = tracepoint;
    what.inherit = 1;
    return static_cast<int>(
        ::syscall(SYS_perf_event_open, &what, thread, -1, -1, PERF_FLAG_FD_CLOEXEC));
}

} // namespace

system_call_counter::system_call_counter(int pid, const std::string& tracing) {
    const std::uint64_t tracepoint = tracepoint_number(tracing);
    if (tracepoint == 0) {
        why_not_ = tracing + " cannot be read (as root: mount -t tracefs tracefs " + tracing + ")";
        return;
    }
    for (const std::string& thread : thread_directories("/proc/" + std::to_string(pid))) {
        const int number = std::atoi(thread.c_str() + thread.rfind('/') + 1);
        const int counter = open_counter(tracepoint, number);
        if (counter >= 0) {
            counters_.push_back(counter);
        } else if (errno != ESRCH) { // that thread has ended
            why_not_ = std::string("the kernel refuses to count them: ") + std::strerror(errno) +
                       " (kernel.perf_event_paranoid, or run as root)";
            return;
        }
    }
    if (counters_.empty())
        why_not_ = "the process has no threads to count in";
}

#else

system_call_counter::system_call_counter(int, const std::string&)
    : why_not_("only Linux counts another process's system calls") {}

#endif

system_call_counter::~system_call_counter() {
    for (const int counter : counters_)
        ::close(counter);
}

std::optional<std::uint64_t> system_call_counter::read() const {
    if (!why_not_.empty())
        return {};
    std::uint64_t sum = 0;
    for (const int counter : counters_) {
        std::uint64_t calls = 0;
        if (::read(counter, &calls, sizeof calls) != static_cast<ssize_t>(sizeof calls))
            return {};
        sum += calls;
    }
    return sum;
}

} // namespace bench
