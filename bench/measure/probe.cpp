#include "bench/measure/probe.hpp"

#include "bench/measure/proc_file.hpp"

#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

namespace bench {

namespace {

/// The number at the start of `text`, after blanks.
std::optional<std::uint64_t> leading_number(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    std::uint64_t value = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{})
        return {};
    return value;
}

/// Time on a CPU of all live threads; 0 where the kernel does not keep it.
std::chrono::nanoseconds schedule_time(const std::string& directory) {
    std::uint64_t sum = 0;
    for (const std::string& thread : thread_directories(directory)) {
        if (const auto text = read_proc_file(thread + "/schedstat"))
            sum += leading_number(*text).value_or(0);
    }
    return std::chrono::nanoseconds{static_cast<std::int64_t>(sum)};
}

std::chrono::nanoseconds read_clock(clockid_t clock) noexcept {
    timespec used{};
    ::clock_gettime(clock, &used);
    return std::chrono::seconds{used.tv_sec} + std::chrono::nanoseconds{used.tv_nsec};
}

} // namespace

process_probe::process_probe(int pid, std::string proc)
    : pid_(pid), directory_(std::move(proc) + "/" + std::to_string(pid)) {}

std::optional<cpu_times> process_probe::cpu() const {
    const auto stat = read_proc_file(directory_ + "/stat");
    const auto ticks = stat ? parse_stat_ticks(*stat) : std::nullopt;
    if (!ticks)
        return {};
    const auto per_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
    return cpu_times{
        std::chrono::nanoseconds{static_cast<std::int64_t>(*ticks * (1'000'000'000 / per_second))},
        schedule_time(directory_)};
}

std::optional<memory_use> process_probe::memory() const {
    const auto status = read_proc_file(directory_ + "/status");
    const auto now = status ? parse_status_bytes(*status, "VmRSS") : std::nullopt;
    if (!now)
        return {};
    return memory_use{*now, parse_status_bytes(*status, "VmHWM").value_or(*now)};
}

std::optional<std::uint64_t> process_probe::context_switches() const {
    std::optional<std::uint64_t> sum;
    for (const std::string& thread : thread_directories(directory_)) {
        const auto status = read_proc_file(thread + "/status").value_or("");
        const auto voluntary = parse_status_number(status, "voluntary_ctxt_switches");
        const auto forced = parse_status_number(status, "nonvoluntary_ctxt_switches");
        if (voluntary && forced)
            sum = sum.value_or(0) + *voluntary + *forced;
    }
    return sum;
}

cpu_used used_between(const cpu_times& before, const cpu_times& after) noexcept {
    const auto ticks = after.ticks - before.ticks;
    const auto exact = after.schedule - before.schedule;
    const auto slack = std::chrono::milliseconds{30} + ticks / 20;
    if (after.schedule.count() > 0 && exact + slack >= ticks)
        return {exact, "schedstat"};
    return {ticks, "stat"};
}

std::optional<std::uint64_t> parse_stat_ticks(std::string_view stat) {
    const std::size_t name_end = stat.rfind(')');
    if (name_end == std::string_view::npos)
        return {};
    stat.remove_prefix(name_end + 1);
    // What follows starts with field 3; utime and stime are fields 14 and 15.
    for (int field = 3; field <= 14; ++field) {
        stat.remove_prefix(std::min(stat.find_first_not_of(' '), stat.size()));
        if (field < 14)
            stat.remove_prefix(std::min(stat.find(' '), stat.size()));
    }
    const auto user = leading_number(stat);
    const auto system = leading_number(stat.substr(std::min(stat.find(' '), stat.size())));
    if (!user || !system)
        return {};
    return *user + *system;
}

std::optional<std::uint64_t> parse_status_number(std::string_view status, std::string_view field) {
    const std::string start = std::string(field) + ":";
    std::size_t at = status.starts_with(start) ? 0 : status.find("\n" + start);
    if (at == std::string_view::npos)
        return {};
    at = status.find(':', at) + 1;
    return leading_number(status.substr(at));
}

std::optional<std::uint64_t> parse_status_bytes(std::string_view status, std::string_view field) {
    const auto kibibytes = parse_status_number(status, field);
    if (!kibibytes)
        return {};
    return *kibibytes * 1024;
}

std::chrono::nanoseconds own_cpu() noexcept { return read_clock(CLOCK_PROCESS_CPUTIME_ID); }

std::chrono::nanoseconds thread_cpu() noexcept { return read_clock(CLOCK_THREAD_CPUTIME_ID); }

std::chrono::nanoseconds thread_wait() {
    const std::string text = read_proc_file("/proc/thread-self/schedstat").value_or("");
    const std::size_t blank = std::min(text.find(' '), text.size());
    const auto waited = leading_number(std::string_view{text}.substr(blank));
    return std::chrono::nanoseconds{static_cast<std::int64_t>(waited.value_or(0))};
}

std::uint64_t raise_descriptor_limit() noexcept {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 0;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur;
}

} // namespace bench
