#include "bench/chatload/pacing.hpp"

#include "support/catch.hpp"

using chatload::closed_window;
using chatload::open_schedule;
using namespace std::chrono_literals;

TEST_CASE("an open schedule is evenly spaced and does not drift", "[pacing]") {
    open_schedule schedule(3, 10s);
    CHECK(schedule.next() == 10s);
    for (int i = 0; i < 3'000'000; ++i)
        schedule.take();
    CHECK(schedule.taken() == 3'000'000);
    CHECK(schedule.next() >= 1'000'010s - 1us);
    CHECK(schedule.next() <= 1'000'010s + 1us);
}

TEST_CASE("a closed window bounds what is outstanding", "[pacing]") {
    closed_window window(2);
    CHECK(window.may_send());
    window.note_sent();
    CHECK(window.may_send());
    window.note_sent();
    CHECK_FALSE(window.may_send());
    window.acknowledge(0);
    CHECK(window.may_send());
    window.note_sent();
    CHECK_FALSE(window.may_send());
}

TEST_CASE("an echo acknowledges earlier lines and an old one nothing", "[pacing]") {
    closed_window window(3);
    for (int i = 0; i < 3; ++i)
        window.note_sent();
    window.acknowledge(2);
    for (int i = 0; i < 3; ++i) {
        CHECK(window.may_send());
        window.note_sent();
    }
    window.acknowledge(0);
    CHECK_FALSE(window.may_send());
}
