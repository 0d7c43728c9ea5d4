#include "bench/measure/probe.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

using bench::cpu_times;
using bench::process_probe;
using bench::used_between;
using namespace std::chrono_literals;

namespace {

/// A proc file system with one process, number 42.
struct fake_proc {
    support::temp_dir dir;

    fake_proc() { std::filesystem::create_directories(dir.path() / "42" / "task"); }
    void write(const std::string& name, const std::string& text) const {
        std::filesystem::create_directories((dir.path() / "42" / name).parent_path());
        std::ofstream(dir.path() / "42" / name) << text;
    }
    process_probe probe() const { return process_probe(42, dir.path().string()); }
};

} // namespace

TEST_CASE("CPU ticks are read past any command name", "[probe]") {
    CHECK(bench::parse_stat_ticks("7 (a b) c) S 1 7 7 0 -1 4 9 0 0 0 12 34 0 0 20 0 1 0 5") == 46);
    CHECK_FALSE(bench::parse_stat_ticks(""));
    CHECK_FALSE(bench::parse_stat_ticks("7 (x"));
    CHECK_FALSE(bench::parse_stat_ticks("7 (x) S 1 7"));
}

TEST_CASE("a field of the status file is read in bytes", "[probe]") {
    const char* status = "Name:\tchatd\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n";
    CHECK(bench::parse_status_bytes(status, "VmRSS") == 1024 * 1024);
    CHECK(bench::parse_status_bytes(status, "VmHWM") == 2048 * 1024);
    CHECK_FALSE(bench::parse_status_bytes(status, "VmSwap"));
    CHECK_FALSE(bench::parse_status_bytes(status, "RSS"));
}

TEST_CASE("a process is read from its files", "[probe]") {
    const fake_proc proc;
    CHECK_FALSE(proc.probe().cpu());
    CHECK_FALSE(proc.probe().memory());
    const auto ticks = static_cast<unsigned long>(::sysconf(_SC_CLK_TCK)); // one second
    proc.write("stat", "42 (x) S 1 7 7 0 -1 4 9 0 0 0 " + std::to_string(ticks) + " 0 0 0 20");
    proc.write("task/42/schedstat", "700000000 5 6\n");
    proc.write("task/43/schedstat", "300000001 5 6\n");
    proc.write("status", "VmRSS:\t8 kB\n");
    const auto cpu = proc.probe().cpu();
    REQUIRE(cpu);
    CHECK(cpu->ticks == 1s);
    CHECK(cpu->schedule == 1000000001ns);
    const auto memory = proc.probe().memory();
    REQUIRE(memory);
    CHECK(memory->now == 8192);
    CHECK(memory->peak == 8192);
}

TEST_CASE("context switches are those of all threads", "[probe]") {
    const fake_proc proc;
    CHECK_FALSE(proc.probe().context_switches());
    proc.write("task/42/status",
               "voluntary_ctxt_switches:\t100\nnonvoluntary_ctxt_switches:\t20\n");
    proc.write("task/43/status", "Name:\tx\nvoluntary_ctxt_switches:\t3\n"
                                 "nonvoluntary_ctxt_switches:\t0\n");
    proc.write("task/44/status", "Name:\tending\n");
    CHECK(proc.probe().context_switches() == 123);
}

TEST_CASE("the exact times count unless they lack something", "[probe]") {
    const cpu_times before{1s, 1005ms};
    const auto exact = used_between(before, {3s, 3012ms});
    CHECK(exact.time == 2007ms);
    CHECK(std::string(exact.source) == "schedstat");
    const auto thread_ended = used_between(before, {3s, 1100ms});
    CHECK(thread_ended.time == 2s);
    CHECK(std::string(thread_ended.source) == "stat");
    const auto not_kept = used_between({1s, 0s}, {3s, 0s});
    CHECK(not_kept.time == 2s);
    CHECK(std::string(not_kept.source) == "stat");
}

TEST_CASE("the test's own process can be read", "[probe]") {
    const process_probe self(::getpid());
    const auto before = self.cpu();
    const auto own = bench::own_cpu();
    REQUIRE(before);
    REQUIRE(self.memory());
    CHECK(self.memory()->now > 0);
    CHECK(self.memory()->peak >= self.memory()->now);
    while (bench::own_cpu() - own < 60ms) {}
    const auto used = used_between(*before, self.cpu().value());
    CHECK(used.time >= 20ms);
    CHECK(used.time <= 5s);
}
