#include "bench/reactor-bench/meter.hpp"

#include "bench/measure/clock.hpp"
#include "bench/measure/probe.hpp"

#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <utility>

namespace reactor_bench {

namespace {

/// A counter of the calling thread's user-space instructions; -1 where the processor has none (most
/// virtual machines) or the kernel does not let us (kernel.perf_event_paranoid).
int open_counter() noexcept {
    perf_event_attr what{};
    what.size = sizeof what;
    what.type = PERF_TYPE_HARDWARE;
    what.config = PERF_COUNT_HW_INSTRUCTIONS;
    what.exclude_kernel = 1;
    what.exclude_hv = 1;
    return static_cast<int>(::syscall(SYS_perf_event_open, &what, 0, -1, -1, PERF_FLAG_FD_CLOEXEC));
}

double divided(std::chrono::nanoseconds time, std::uint64_t count) noexcept {
    return static_cast<double>(time.count()) / static_cast<double>(count);
}

} // namespace

meter::meter() : counter_(open_counter()) {}

meter::~meter() {
    if (counter_ >= 0)
        ::close(counter_);
}

void meter::start() noexcept { begin_ = read(); }

void meter::stop() noexcept {
    const reading end = read();
    sum_.time += end.time - begin_.time;
    sum_.cpu += end.cpu - begin_.cpu;
    sum_.instructions += end.instructions - begin_.instructions;
}

double meter::elapsed_per(std::uint64_t count) const noexcept { return divided(sum_.time, count); }
double meter::cpu_per(std::uint64_t count) const noexcept { return divided(sum_.cpu, count); }

double meter::instructions_per(std::uint64_t count) const noexcept {
    if (counter_ < 0)
        return not_measured;
    return static_cast<double>(sum_.instructions) / static_cast<double>(count);
}

meter::reading meter::read() const noexcept {
    reading now{.time = bench::monotonic_now(), .cpu = bench::own_cpu()};
    if (counter_ >= 0 &&
        ::read(counter_, &now.instructions, sizeof now.instructions) != sizeof now.instructions)
        now.instructions = 0;
    return now;
}

bool counts_instructions() {
    const int counter = open_counter();
    if (counter >= 0)
        ::close(counter);
    return counter >= 0;
}

} // namespace reactor_bench
