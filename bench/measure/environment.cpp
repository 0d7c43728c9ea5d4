#include "bench/measure/environment.hpp"

#include "bench/measure/proc_file.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <sys/utsname.h>
#ifdef __linux__
#include <sched.h>
#endif

#include <ctime>
#include <thread>
#include <utility>

namespace bench {

namespace {

unsigned usable_cores() {
#ifdef __linux__
    cpu_set_t mine;
    if (::sched_getaffinity(0, sizeof mine, &mine) == 0)
        return static_cast<unsigned>(CPU_COUNT(&mine));
#endif
    return std::thread::hardware_concurrency();
}

} // namespace

std::string parse_cpu_name(std::string_view cpuinfo) {
    const std::size_t line = cpuinfo.find("model name");
    if (line == std::string_view::npos)
        return {};
    cpuinfo.remove_prefix(line);
    cpuinfo = cpuinfo.substr(0, cpuinfo.find('\n'));
    const std::size_t colon = cpuinfo.find(": ");
    return std::string(colon == std::string_view::npos ? "" : cpuinfo.substr(colon + 2));
}

environment read_environment(std::string program) {
    environment here;
    here.program = std::move(program);
    here.started = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
    here.cpu = parse_cpu_name(read_proc_file("/proc/cpuinfo").value_or(""));
    utsname system{};
    if (::uname(&system) == 0) {
        here.kernel = fmt::format("{} {}", system.sysname, system.release);
        if (here.cpu.empty()) // some machines do not name their processor
            here.cpu = system.machine;
    }
    here.cores = usable_cores();
    return here;
}

} // namespace bench
