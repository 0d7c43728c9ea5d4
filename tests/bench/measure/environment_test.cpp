#include "bench/measure/environment.hpp"

#include "support/catch.hpp"

#include <sys/utsname.h>

#include <string>

TEST_CASE("an environment says what ran when and on what", "[environment]") {
    const bench::environment here = bench::read_environment("tester 1.2");
    utsname system{};
    REQUIRE(::uname(&system) == 0);
    CHECK(here.program == "tester 1.2");
    CHECK(here.kernel == std::string(system.sysname) + " " + system.release);
    CHECK_FALSE(here.cpu.empty());
    CHECK(here.cores >= 1);
    REQUIRE(here.started.size() == std::string("2026-01-31T23:59:59Z").size());
    CHECK(here.started[10] == 'T');
    CHECK(here.started.back() == 'Z');
}

TEST_CASE("a processor's name is the first one listed", "[environment]") {
    CHECK(bench::parse_cpu_name("processor\t: 0\nmodel name\t: Fast 9000 @ 3GHz\n"
                                "processor\t: 1\nmodel name\t: Other\n") == "Fast 9000 @ 3GHz");
    CHECK(bench::parse_cpu_name("model name\t: Last").ends_with("Last"));
    CHECK(bench::parse_cpu_name("processor\t: 0\n").empty());
    CHECK(bench::parse_cpu_name("model name\n: elsewhere").empty());
}
