// The ledger and members that come when lines are said already.

#include "bench/chatload/ledger.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <optional>
#include <vector>

using chatload::ledger;
using chatload::ledger_place;
using chatload::line_format;
using chatload::line_id;
using chatload::speaker;
using chatload::speakers;
using chatload::violation_kind;
using namespace std::chrono_literals;

namespace {

/// A room where client 0 says lines; it is a member itself if so asked for.
struct room {
    line_format format{"t3st", 64};
    speakers who{1};
    std::vector<std::uint64_t> lines{0};
    std::optional<ledger> book;
    std::vector<ledger::member> members;

    explicit room(bool lasting) {
        who.add(0, 0, 0, 0).delivered = {"", "\n"};
        who.start_visitors_at(10);
        book.emplace(ledger_place{.format = &format, .who = &who, .lines = lines});
        if (lasting)
            members.push_back(book->add(0));
    }
    line_id say(std::chrono::nanoseconds when, std::uint32_t sender = 0) {
        return {sender, who.find(sender)->times.add(when)};
    }
    std::uint32_t visitor() {
        speaker* made = who.add_visitor(0, 0, 0);
        made->delivered = {"", "\n"};
        return made->number;
    }
    bool give(ledger::member to, line_id id) { return book->take(to, format.line(id)) != nullptr; }
    ledger::member come(std::chrono::nanoseconds now) {
        const ledger::member made = book->add_late(5, true);
        book->logged_in(made, now);
        return made;
    }
    void check_fine() {
        CHECK(book->settled());
        book->finish();
        CHECK(book->found().total() == 0);
    }
};

} // namespace

TEST_CASE("a late client is held to the order from its first line on", "[late]") {
    room r(true);
    const line_id a = r.say(1ns);
    const line_id b = r.say(2ns);
    const line_id c = r.say(3ns);
    r.give(0, a);
    const ledger::member late = r.come(2ns); // which `b` may have missed
    for (const line_id id : {b, c})
        r.give(0, id);
    SECTION("and is owed nothing that was said before") {
        CHECK(r.give(late, c));
        r.check_fine();
    }
    SECTION("but may get it") {
        CHECK(r.give(late, b));
        CHECK(r.give(late, c));
        r.check_fine();
        CHECK(r.book->deliveries() == 5);
    }
    SECTION("and is owed all that was said later") {
        CHECK(r.give(late, b));
        CHECK_FALSE(r.book->settled());
        r.book->finish();
        CHECK(r.book->found().of(violation_kind::lost) == 1);
        CHECK(r.book->found().total() == 1);
    }
    SECTION("also when nothing comes") {
        CHECK_FALSE(r.book->settled());
        r.book->finish();
        CHECK(r.book->found().of(violation_kind::lost) == 1);
    }
    SECTION("and another order is found") {
        CHECK(r.give(late, b));
        const line_id d = r.say(4ns);
        r.give(0, d);
        CHECK(r.give(late, d));
        CHECK(r.give(late, c));
        r.book->finish();
        CHECK(r.book->found().of(violation_kind::reordered) == 1);
        CHECK(r.book->found().total() == 1);
    }
    SECTION("and a doubled line is found") {
        CHECK(r.give(late, c));
        CHECK_FALSE(r.give(late, c));
        CHECK(r.book->found().of(violation_kind::doubled) == 1);
    }
}

TEST_CASE("a late client that is read first does not settle the order", "[late]") {
    room r(true);
    const std::uint32_t other = r.visitor();
    const ledger::member late = r.come(0ns);
    const line_id a = r.say(1ns);
    const line_id b = r.say(2ns, other);
    // Its first line is the second one of the order, as it came in between.
    CHECK(r.give(late, b));
    CHECK(r.book->agreed() == 0);
    r.give(0, a);
    r.give(0, b);
    r.book->find_places();
    CHECK(r.book->agreed() == 2);
    CHECK(r.book->position(late) == 2);
    CHECK(r.book->deliveries() == 3);
    // It was there when `a` was said.
    r.book->finish();
    CHECK(r.book->found().of(violation_kind::lost) == 1);
    CHECK(r.book->found().total() == 1);
}

TEST_CASE("where all are late the first line that one gets begins the order", "[late]") {
    room r(false);
    const line_id a = r.say(1ns);
    const ledger::member first = r.come(1ns);
    const ledger::member second = r.come(1ns);
    const line_id b = r.say(2ns);
    const line_id c = r.say(3ns);
    CHECK(r.give(first, b));
    SECTION("and an older one that another got is nobody's fault") {
        CHECK(r.give(second, a));
        CHECK(r.give(second, b));
        CHECK(r.give(first, c));
        CHECK(r.give(second, c));
        r.check_fine();
    }
    SECTION("and both are held to it") {
        CHECK(r.give(first, c));
        CHECK(r.give(second, c));
        r.book->finish();
        CHECK(r.book->found().of(violation_kind::lost) == 1); // b at the second
        CHECK(r.book->found().total() == 1);
    }
    SECTION("and when it leaves another one takes over") {
        CHECK(r.give(second, a));
        r.book->leave(first);
        r.book->find_places();
        CHECK(r.give(second, b));
        CHECK(r.give(second, c));
        r.check_fine();
    }
}

TEST_CASE("visitors leave nothing behind", "[late]") {
    room r(true);
    for (int i = 0; i < 20'000; ++i) {
        const ledger::member late = r.book->add_late(5, false);
        r.book->logged_in(late, std::chrono::nanoseconds{i});
        const line_id id = r.say(std::chrono::nanoseconds{i + 1});
        REQUIRE(r.give(0, id));
        REQUIRE(r.give(late, id));
        r.book->leave(late);
    }
    CHECK(r.book->held() <= 2048);
    r.check_fine();
}

TEST_CASE("a late client that leaves before it knew its place is forgotten", "[late]") {
    room r(true);
    const ledger::member late = r.come(0ns);
    const line_id a = r.say(1ns);
    CHECK(r.give(late, a));
    r.book->leave(late);
    r.give(0, a);
    r.check_fine();
}

TEST_CASE("what is in a late client's stream must have been said", "[late]") {
    room r(true);
    const ledger::member late = r.come(0ns);
    CHECK_FALSE(r.give(late, {0, 0}));
    CHECK(r.book->found().of(violation_kind::unexpected) == 1);
    CHECK_FALSE(r.book->take(late, r.format.line({0, 0}).substr(0, 30)));
    CHECK(r.book->found().of(violation_kind::torn) == 1);
}
