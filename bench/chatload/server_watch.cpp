#include "bench/chatload/server_watch.hpp"

#include "bench/measure/clock.hpp"

namespace chatload {

server_watch::server_watch(int pid) : probe_(pid) { figures_.resident_before = resident(); }

bool server_watch::there() const { return probe_.cpu() && probe_.memory(); }

std::uint64_t server_watch::resident() const {
    return probe_.memory().value_or(bench::memory_use{}).now;
}

void server_watch::note_logged_in() { figures_.resident_logged_in = resident(); }

void server_watch::begin_measuring() {
    cpu_before_ = probe_.cpu();
    switches_before_ = probe_.context_switches();
    calls_.emplace(probe_.pid());
    last_look_ = cpu_before_;
    last_time_ = bench::monotonic_now();
}

void server_watch::look(second_figures& into) {
    const auto cpu = probe_.cpu();
    const std::chrono::nanoseconds now = bench::monotonic_now();
    if (cpu && last_look_ && now > last_time_) {
        const auto used = bench::used_between(*last_look_, *cpu).time;
        into.server_cpu_share =
            static_cast<double>(used.count()) / static_cast<double>((now - last_time_).count());
        into.server_resident = resident();
    }
    last_look_ = cpu;
    last_time_ = now;
}

bool server_watch::end_measuring() {
    const auto cpu = probe_.cpu();
    const auto memory = probe_.memory();
    if (!cpu || !memory || !cpu_before_)
        return false;
    const bench::cpu_used used = bench::used_between(*cpu_before_, *cpu);
    figures_.cpu = used.time;
    figures_.cpu_source = used.source;
    figures_.resident_end = memory->now;
    figures_.resident_peak = memory->peak;
    if (calls_) {
        figures_.system_calls = calls_->read();
        figures_.no_system_calls = calls_->why_not();
    }
    const auto switches = probe_.context_switches();
    if (switches && switches_before_)
        figures_.context_switches = *switches - *switches_before_;
    return true;
}

} // namespace chatload
