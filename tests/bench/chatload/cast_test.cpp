#include "bench/chatload/cast.hpp"

#include "bench/chatload/test_server.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <map>
#include <set>

using chatload::cast;
using chatload::load;
using chatload::make_cast;
using chatload::plan;
using chatload::protocol_traits;
using chatload::role;
using chatload::workload;

namespace {

plan plan_of(std::vector<load> loads, std::uint32_t threads) {
    plan made;
    made.loads = std::move(loads);
    made.threads = threads;
    return made;
}

} // namespace

TEST_CASE("a storm beside other loads has a thread to itself", "[cast]") {
    const load storm = load_of(workload::storm, 8);
    const cast beside = make_cast(plan_of({load_of(workload::fan_out, 6), storm}, 3), {});
    for (const role& one : beside.roles)
        CHECK((one.thread == 2) == one.late);
    std::set<std::uint32_t> threads;
    for (const role& one : make_cast(plan_of({storm}, 3), {}).roles)
        threads.insert(one.thread);
    CHECK(threads.size() == 3);
}

TEST_CASE("members of a room are dealt out to all threads", "[cast]") {
    load rooms = load_of(workload::rooms, 8);
    rooms.rooms = 3;
    rooms.senders = 2;
    const cast people = make_cast(plan_of({rooms}, 4), {});
    REQUIRE(people.roles.size() == 24);
    CHECK(people.rooms.size() == 3);
    CHECK(people.names == 24);
    CHECK(people.early_joins() == 3 * 28);
    std::map<std::uint32_t, std::map<std::uint32_t, int>> members; // by room and thread
    std::set<std::uint32_t> numbers;
    for (const role& one : people.roles) {
        ++members[one.room][one.thread];
        numbers.insert(one.number);
    }
    CHECK(numbers.size() == 24);
    for (const auto& [room, by_thread] : members) {
        CHECK(by_thread.size() == 4);
        for (const auto& [thread, count] : by_thread)
            CHECK(count == 2);
    }
    CHECK(std::count_if(people.roles.begin(), people.roles.end(),
                        [](const role& one) { return one.sender; }) == 6);
}

TEST_CASE("nobody is alone in a thread where others must tell of its lines", "[cast]") {
    protocol_traits silent;
    silent.echoes = false;
    const cast people = make_cast(plan_of({load_of(workload::fan_out, 5)}, 4), silent);
    std::map<std::uint32_t, int> by_thread;
    for (const role& one : people.roles)
        ++by_thread[one.thread];
    CHECK(by_thread.size() == 2);
    for (const auto& [thread, count] : by_thread)
        CHECK(count >= 2);
}

TEST_CASE("all with a name share the room where there is but one", "[cast]") {
    protocol_traits one_room;
    one_room.one_room = true;
    load in = load_of(workload::idle, 4);
    in.logged_in = true;
    load out = load_of(workload::idle, 2);
    load churn = load_of(workload::churn, 100);
    const cast people =
        make_cast(plan_of({load_of(workload::fan_out, 3), in, out, load_of(workload::ping, 2),
                           load_of(workload::storm, 5), churn},
                          2),
                  one_room);
    CHECK(people.rooms.size() == 1);
    CHECK(people.names == 14);
    CHECK(people.early_joins() == 9 * 8 / 2);
    CHECK(people.all_joins() == 14 * 13 / 2);
    CHECK(people.room_of_load[5] == 0);
    CHECK(people.churn_thread[5] == 0);
    // Connections that are only held come first.
    CHECK(people.roles[0].load == 1);
    CHECK(people.roles[4].number == chatload::no_number);
}

TEST_CASE("a share of the readers stalls and no sender", "[cast]") {
    load stalled = load_of(workload::stalled, 10);
    stalled.senders = 3;
    stalled.share = 0.5;
    const cast people = make_cast(plan_of({stalled}, 1), {});
    int stalls = 0;
    for (const role& one : people.roles) {
        stalls += one.stalls ? 1 : 0;
        CHECK_FALSE((one.stalls && (one.sender || one.sampled)));
    }
    CHECK(stalls == 5);
    CHECK(people.rooms[0].deaf == 5);
}
