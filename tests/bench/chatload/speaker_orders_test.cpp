#include "bench/chatload/ledger.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <vector>

using chatload::ledger;
using chatload::ledger_entry;
using chatload::ledger_place;
using chatload::line_format;
using chatload::line_id;
using chatload::speakers;
using chatload::violation_kind;
using namespace std::chrono_literals;

namespace {

/// Four clients of a server without one order; 0 and 1 say lines.
struct room {
    line_format format{"t3st", 64};
    speakers who{1};
    std::vector<std::uint64_t> lines{0};
    std::optional<ledger> held;

    room() {
        for (std::uint32_t number = 0; number < 2; ++number)
            who.add(number, 0, 0, 0).delivered = {"<", ">\n"};
        who.start_visitors_at(10);
        held.emplace(
            ledger_place{.format = &format, .who = &who, .lines = lines, .one_order = false});
        for (std::uint32_t number = 0; number < 4; ++number)
            held->add(number);
    }
    line_id say(std::uint32_t sender) { return {sender, who.find(sender)->times.add(5ns)}; }
    const ledger_entry* give(std::uint32_t client, line_id id) {
        return held->take(client, format.line(id));
    }
    void give_all(std::uint32_t client, std::initializer_list<line_id> ids) {
        for (const line_id id : ids)
            REQUIRE(give(client, id));
    }
    std::uint64_t count(violation_kind kind) const { return held->found().of(kind); }
};

} // namespace

TEST_CASE("without one order the lines of two senders may come in any", "[speaker-orders]") {
    room r;
    const line_id a = r.say(0);
    const line_id b = r.say(1);
    const line_id c = r.say(0);
    r.give_all(0, {a, b, c});
    r.give_all(1, {b, a, c});
    r.give_all(2, {a, c, b});
    CHECK_FALSE(r.held->settled());
    r.give_all(3, {a, b, c});
    CHECK(r.held->settled());
    r.held->finish();
    CHECK(r.held->found().total() == 0);
    CHECK(r.held->deliveries() == 12);
    CHECK(r.lines[0] == 3);
}

TEST_CASE("without one order each sender keeps its own", "[speaker-orders]") {
    room r;
    const line_id a = r.say(0);
    const line_id b = r.say(0);
    r.give_all(2, {b});
    CHECK(r.count(violation_kind::lost) == 1);
    CHECK_FALSE(r.give(2, a));
    CHECK(r.count(violation_kind::doubled) == 1);
}

TEST_CASE("without one order a sender is owed its own lines as well", "[speaker-orders]") {
    room r;
    const line_id a = r.say(0);
    for (const std::uint32_t client : {1U, 2U, 3U})
        r.give_all(client, {a});
    CHECK_FALSE(r.held->settled());
    r.held->finish();
    CHECK(r.count(violation_kind::lost) == 1);
    CHECK(r.held->found().total() == 1);
}
