#include "bench/reactor-bench/cases/timers.hpp"

#include "bench/reactor-bench/meter.hpp"

#include <algorithm>
#include <stdexcept>

namespace reactor_bench {

namespace {

/// Delays that come in no order, the same in every run.
class delays {
public:
    [[nodiscard]] std::chrono::milliseconds next(std::uint32_t below) noexcept {
        state_ = state_ * 6364136223846793005U + 1442695040888963407U;
        return std::chrono::milliseconds{1 + (state_ >> 33U) % below};
    }

private:
    std::uint64_t state_ = 1;
};

template <class Work>
double cpu_of_each(std::size_t count, Work work) {
    meter used;
    used.start();
    work();
    used.stop();
    return used.cpu_per(count);
}

std::vector<double> measure(const peer& by, const setting& chosen) {
    constexpr std::uint32_t hour = 3'600'000;
    constexpr std::uint32_t soon = 100; // so that most are due when the loop gets to run
    const std::size_t count = chosen["timers"];
    timer_log log{.fired = std::vector<std::uint8_t>(count)};
    const auto timers = by.make_timers(count, log);
    delays delay;

    const double add = cpu_of_each(count, [&] {
        for (std::size_t i = 0; i < count; ++i)
            timers->add(i, delay.next(hour));
    });
    const double cancel = cpu_of_each(count, [&] {
        for (std::size_t i = 0; i < count; ++i)
            timers->cancel(i);
    });
    if (log.count != 0)
        throw std::runtime_error("timers: one fired that was to wait");
    for (std::size_t i = 0; i < count; ++i)
        timers->add(i, delay.next(soon));
    for (std::size_t i = 1; i < count; i += 2)
        timers->cancel(i);
    const double fire = cpu_of_each((count + 1) / 2, [&] { timers->run(); });
    for (std::size_t i = 0; i < count; ++i) {
        if (log.fired[i] != (i % 2 == 0 ? 1 : 0))
            throw std::runtime_error("timers: one did not fire once, or fired though cancelled");
    }
    return {add, cancel, fire};
}

} // namespace

benchmark timers_benchmark() {
    return {
        .name = "timers",
        .about = "Timers started with delays of up to an hour, cancelled, and fired in order",
        .parameters = {{.name = "timers",
                        .meaning = "Timers",
                        .values = {1'000'000},
                        .most = 100'000'000,
                        .amount = true}},
        .figures = {{.name = "start", .unit = "ns/timer of CPU"},
                    {.name = "cancel", .unit = "ns/timer of CPU"},
                    {.name = "fire", .unit = "ns/timer of CPU"}},
        .offered = [](const peer& by) { return by.make_timers != nullptr; },
        .measure = &measure,
    };
}

} // namespace reactor_bench
