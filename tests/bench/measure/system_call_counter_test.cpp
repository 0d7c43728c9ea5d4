#include "bench/measure/system_call_counter.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <unistd.h>

#include <thread>

using bench::system_call_counter;

namespace {

void make_calls(int count) {
    for (int i = 0; i < count; ++i)
        (void)::getppid();
}

} // namespace

TEST_CASE("system calls of all threads are counted", "[system-calls]") {
    const system_call_counter mine(::getpid());
    if (!mine.read()) {
        CHECK_FALSE(mine.why_not().empty());
        SKIP(mine.why_not());
    }
    const auto before = mine.read();
    make_calls(300);
    std::thread(make_calls, 200).join(); // started after the counting began
    const auto after = mine.read();
    REQUIRE(before);
    REQUIRE(after);
    CHECK(*after - *before >= 500);
    CHECK(*after - *before < 1000);
}

TEST_CASE("where system calls cannot be counted the reason is told", "[system-calls]") {
    const support::temp_dir nothing;
    const system_call_counter blind(::getpid(), nothing.path().string());
    CHECK_FALSE(blind.read());
    CHECK_THAT(blind.why_not(), Catch::Matchers::ContainsSubstring(nothing.path().string()));
}
