#include "bench/chatload/ledger.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <optional>
#include <string>
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

/// Three clients; 0 and 1 say lines.
struct room {
    line_format format{"t3st", 64};
    speakers who{2};
    std::vector<std::uint64_t> lines{0};
    std::optional<ledger> held;

    room() {
        for (std::uint32_t number = 0; number < 3; ++number)
            add_speaker(number, 0);
        add_speaker(7, 1);
        who.start_visitors_at(10);
        held.emplace(ledger_place{.format = &format, .who = &who, .lines = lines});
        for (std::uint32_t number = 0; number < 3; ++number)
            book().add(number);
    }
    void add_speaker(std::uint32_t number, std::uint32_t of_room) {
        who.add(number, of_room, 0, 0).delivered = {"<", ">\n"};
    }
    ledger& book() { return *held; }
    std::string frame(line_id id) const { return "<" + format.line(id) + ">\n"; }
    line_id say(std::uint32_t sender, std::chrono::nanoseconds when = 1ns) {
        return {sender, who.find(sender)->times.add(when)};
    }
    const ledger_entry* give(std::uint32_t client, line_id id) {
        return book().take(client, format.line(id));
    }
    void give_all(line_id id) {
        for (std::uint32_t client = 0; client < 3; ++client)
            give(client, id);
    }
    /// The only violation is of this kind, seen by client 2 at `position`.
    void check_one(violation_kind kind, std::uint64_t position, const std::string& got,
                   const std::string& expected) {
        CHECK(book().found().total() == 1);
        CHECK(book().found().of(kind) == 1);
        REQUIRE(book().found().first().size() == 1);
        const auto& one = book().found().first().front();
        CHECK(one.kind == kind);
        CHECK(one.client == "ut3st00002");
        CHECK(one.position == position);
        CHECK(one.got == got);
        CHECK(one.expected == expected);
    }
};

} // namespace

TEST_CASE("lines that come to all in one order are right", "[ledger]") {
    room r;
    const line_id a = r.say(0, 5ns);
    const line_id b = r.say(1, 6ns);
    const line_id c = r.say(0, 7ns);
    REQUIRE(r.give(1, b));
    CHECK_FALSE(r.book().settled());
    for (const line_id id : {b, a, c})
        for (const std::uint32_t client : {2U, 0U})
            REQUIRE(r.give(client, id));
    const ledger_entry* taken = r.give(1, a);
    REQUIRE(taken);
    CHECK(taken->id == a);
    CHECK(taken->sent == 5ns);
    REQUIRE(r.give(1, c));
    CHECK(r.book().settled());
    r.book().finish();
    CHECK(r.book().found().total() == 0);
    CHECK(r.book().deliveries() == 9);
    CHECK(r.book().agreed() == 3);
    CHECK(r.lines[0] == 3);
}

TEST_CASE("all lines of a read are taken at once as far as they are the agreed ones", "[ledger]") {
    room r;
    std::string all;
    for (std::uint32_t i = 0; i < 1500; ++i) {
        const line_id id = r.say(i % 2);
        all += r.frame(id);
        r.give(0, id);
    }
    std::string_view left = all;
    std::size_t taken = 0;
    for (auto lines = r.book().take_agreed(2, left); !lines.empty();
         lines = r.book().take_agreed(2, left)) {
        for (const ledger_entry& entry : lines) {
            REQUIRE(entry.id == line_id{static_cast<std::uint32_t>(taken % 2),
                                        static_cast<std::uint32_t>(taken / 2)});
            ++taken;
        }
        left.remove_prefix(lines.size() * r.book().frame_bytes());
    }
    CHECK(taken == 1500);
    CHECK(r.book().deliveries() == 3000);
    CHECK(r.book().take_agreed(1, std::string_view{all}.substr(0, 65)).empty());
    CHECK(r.book().take_agreed(1, std::string_view{all}.substr(0, 131)).size() == 1);
    CHECK(r.book().take_agreed(1, all).empty()); // this line has passed
    CHECK(r.book().position(1) == 1);
    CHECK(r.book().found().total() == 0);
}

TEST_CASE("a lost line is named when the run ends", "[ledger]") {
    room r;
    const line_id a = r.say(0);
    const line_id b = r.say(0);
    for (const std::uint32_t client : {0U, 1U})
        for (const line_id id : {a, b})
            r.give(client, id);
    CHECK(r.give(2, b));
    CHECK(r.book().found().total() == 0);
    r.book().finish();
    r.check_one(violation_kind::lost, 0, "", r.format.line(a));
    CHECK(r.book().deliveries() == 5);
}

TEST_CASE("a line lost by the client that is ahead is its loss alone", "[ledger]") {
    room r;
    const line_id a = r.say(0);
    const line_id b = r.say(0);
    CHECK(r.give(2, b));
    for (const std::uint32_t client : {0U, 1U})
        for (const line_id id : {a, b})
            CHECK(r.give(client, id));
    CHECK(r.book().settled());
    r.book().finish();
    r.check_one(violation_kind::lost, 0, "", r.format.line(a));
}

TEST_CASE("the last line missing at one client is lost", "[ledger]") {
    room r;
    const line_id a = r.say(0);
    r.give(0, a);
    r.give(1, a);
    CHECK_FALSE(r.book().settled());
    r.book().finish();
    r.check_one(violation_kind::lost, 0, "", r.format.line(a));
}

TEST_CASE("lines that come to nobody are lost for everyone", "[ledger]") {
    room r;
    for (int i = 0; i < 100; ++i)
        r.say(0);
    r.book().finish();
    CHECK(r.book().found().of(violation_kind::lost) == 300);
    CHECK(r.book().found().total() == 300);
    CHECK(r.book().found().first().size() == chatload::violations::shown);
}

TEST_CASE("a doubled line is named at once", "[ledger]") {
    room r;
    const line_id a = r.say(0);
    const line_id b = r.say(0);
    r.give_all(a);
    CHECK(r.give(0, b));
    CHECK_FALSE(r.give(2, a));
    r.check_one(violation_kind::doubled, 1, r.format.line(a), r.format.line(b));
    CHECK(r.give(2, b));
    CHECK(r.give(1, b));
    r.book().finish();
    CHECK(r.book().found().total() == 1);
}

TEST_CASE("a line doubled at the end of the order is expected to be none", "[ledger]") {
    room r;
    const line_id a = r.say(0);
    r.give_all(a);
    CHECK_FALSE(r.give(2, a));
    r.check_one(violation_kind::doubled, 1, r.format.line(a), "");
}

TEST_CASE("lines in another order are named once a line", "[ledger]") {
    room r;
    const line_id a = r.say(0);
    const line_id b = r.say(1);
    const line_id c = r.say(0);
    for (const std::uint32_t client : {0U, 1U})
        for (const line_id id : {a, b, c})
            r.give(client, id);
    CHECK(r.give(2, b));
    const ledger_entry* late = r.give(2, a);
    REQUIRE(late);
    CHECK(late->id == a);
    r.check_one(violation_kind::reordered, 2, r.format.line(a), r.format.line(c));
    CHECK(r.give(2, c));
    r.book().finish();
    CHECK(r.book().found().total() == 1);
    CHECK(r.book().deliveries() == 9);
}

TEST_CASE("a torn line is named and the whole one is then missed", "[ledger]") {
    room r;
    const line_id a = r.say(0);
    const line_id b = r.say(0);
    for (const std::uint32_t client : {0U, 1U})
        for (const line_id id : {a, b})
            r.give(client, id);
    const std::string piece = r.format.line(a).substr(0, 40);
    CHECK_FALSE(r.book().take(2, piece));
    r.check_one(violation_kind::torn, 0, piece, r.format.line(a));
    CHECK(r.give(2, b));
    r.book().finish();
    CHECK(r.book().found().of(violation_kind::torn) == 1);
    CHECK(r.book().found().of(violation_kind::lost) == 1);
    CHECK(r.book().found().total() == 2);
}

TEST_CASE("a line that nobody said is unexpected", "[ledger]") {
    SECTION("of an unknown kind") {
        room r;
        CHECK_FALSE(r.book().take(2, "Unknown command say "));
        r.check_one(violation_kind::unexpected, 0, "Unknown command say ", "");
    }
    SECTION("not said yet") {
        room r;
        const line_id a = r.say(0);
        r.give(0, a);
        CHECK_FALSE(r.give(2, {0, 1}));
        r.check_one(violation_kind::unexpected, 0, r.format.line({0, 1}), r.format.line(a));
    }
    SECTION("said in another room") {
        room r;
        const line_id elsewhere = r.say(7);
        CHECK_FALSE(r.give(2, elsewhere));
        r.check_one(violation_kind::unexpected, 0, r.format.line(elsewhere), "");
    }
    SECTION("of a client that does not exist") {
        room r;
        CHECK_FALSE(r.give(2, {3, 0}));
        r.check_one(violation_kind::unexpected, 0, r.format.line({3, 0}), "");
    }
}

TEST_CASE("only the first violations are kept and all are counted", "[ledger]") {
    room r;
    for (int i = 0; i < 50; ++i)
        r.book().take(1, "nonsense!");
    CHECK(r.book().found().total() == 50);
    CHECK(r.book().found().first().size() == 10);
}

TEST_CASE("nothing is expected of a client that left", "[ledger]") {
    room r;
    const line_id a = r.say(0);
    r.give(0, a);
    r.give(1, a);
    r.say(2);
    r.who.find(2)->gone = true;
    r.book().leave(2);
    r.book().leave(2);
    CHECK(r.book().settled());
    r.book().finish();
    CHECK(r.book().found().total() == 0);
}

TEST_CASE("the memory follows the slowest client and not the number of lines", "[ledger]") {
    room r;
    const auto pass = [&](int lines, std::uint32_t first, std::uint32_t clients) {
        for (int i = 0; i < lines; ++i) {
            const line_id id = r.say(0, std::chrono::nanoseconds{i});
            for (std::uint32_t client = first; client < clients; ++client)
                REQUIRE(r.give(client, id));
        }
    };
    pass(100'000, 0, 3);
    CHECK(r.book().held() <= 2048);
    pass(10'000, 0, 2);
    CHECK(r.book().held() >= 10'000);
    CHECK(r.book().position(2) == 100'000);
    for (std::uint32_t i = 100'000; i < 110'000; ++i)
        REQUIRE(r.give(2, {0, i}));
    CHECK(r.book().held() <= 2048);
    pass(10'000, 0, 2);
    r.book().leave(2);
    CHECK(r.book().held() <= 2048);
    pass(5000, 0, 2);
    CHECK(r.book().settled());
    CHECK(r.book().found().total() == 0);
}

TEST_CASE("an entry keeps the time of sending however many lines are outstanding", "[ledger]") {
    room r;
    for (int i = 0; i < 1000; ++i)
        r.say(1, std::chrono::nanoseconds{i + 7});
    for (std::uint32_t i = 0; i < 1000; ++i) {
        const ledger_entry* taken = r.give(0, {1, i});
        REQUIRE(taken);
        REQUIRE(taken->sent == std::chrono::nanoseconds{i + 7});
    }
}

TEST_CASE("more lost lines than are remembered are all counted", "[ledger]") {
    room r;
    line_id last;
    for (int i = 0; i < 10'000; ++i) {
        last = r.say(0);
        r.give(0, last);
        r.give(1, last);
    }
    CHECK(r.give(2, last));
    CHECK(r.book().settled());
    r.book().finish();
    CHECK(r.book().found().of(violation_kind::lost) == 9999);
    CHECK(r.book().found().total() == 9999);
    CHECK(r.book().deliveries() == 20'001);
}
