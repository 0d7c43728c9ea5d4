#include "bench/measure/units.hpp"

#include "support/catch.hpp"

using bench::parse_duration;
using bench::parse_size;
using namespace std::chrono_literals;

TEST_CASE("durations are seconds unless a unit follows", "[units]") {
    CHECK(parse_duration("10") == 10s);
    CHECK(parse_duration("10s") == 10s);
    CHECK(parse_duration("500ms") == 500ms);
    CHECK(parse_duration("250us") == 250us);
    CHECK(parse_duration("1.5") == 1500ms);
    CHECK(parse_duration("2m") == 120s);
    CHECK(parse_duration("1h") == 3600s);
    CHECK(parse_duration("0") == 0s);
    for (const char* wrong : {"", "s", "-1", "1x", "1 s", "nan", "inf", "1e3", "99999999999"}) {
        INFO(wrong);
        CHECK_FALSE(parse_duration(wrong));
    }
}

TEST_CASE("sizes are bytes unless a unit follows", "[units]") {
    CHECK(parse_size("64") == 64);
    CHECK(parse_size("64B") == 64);
    CHECK(parse_size("2KiB") == 2048);
    CHECK(parse_size("0.5KiB") == 512);
    CHECK(parse_size("1MiB") == 1048576);
    for (const char* wrong :
         {"", "KiB", "-1", "64.5", "1k", "1 KiB", "nan", "inf", "1e3", "99999999999999999999"}) {
        INFO(wrong);
        CHECK_FALSE(parse_size(wrong));
    }
}
