// Each limit one below, at, and one above.

#include "chatd/served_loop.hpp"
#include "support/catch.hpp"

#include <cstddef>
#include <string>
#include <utility>

using namespace chatd;
using namespace std::chrono_literals;

namespace {

std::string repeated(const std::string& text, std::size_t count) {
    std::string all;
    for (; count > 0; --count)
        all += text;
    return all;
}

/// Limits of which none but the one to be tested is near.
limits roomy() {
    limits limit;
    limit.flood.rate = 0;
    return limit;
}

/// A server in which one logs in and says `lines` at once, and how often it waited for its bucket.
std::uint64_t flood_waits(const flood_limits& flood, const std::string& lines) {
    limits limit;
    limit.flood = flood;
    served_loop s{limit};
    auto& peer = s.greeted();
    peer.send("login a\n" + lines); // at once: the buckets do not fill meanwhile
    s.expect(peer, "a: end\n");
    return s.count_of(incident::wait_flood);
}

} // namespace

TEST_CASE("a line may be as long as the limit and no longer", "[chatd][limits]") {
    auto limit = roomy();
    limit.max_line = 100;
    served_loop s{limit};
    auto& peer = s.log_in("a");
    for (const std::size_t size : {std::size_t{99}, std::size_t{100}}) {
        const std::string text(size - std::string("say ").size(), 'x');
        peer.send("say " + text + "\n");
        s.expect(peer, "a: " + text + "\n");
    }
    CHECK(s.count_of(incident::line_too_long) == 0);
    peer.send("say " + std::string(101 - 4, 'x') + "\n");
    s.expect(peer, "\nLine too long\n");
    CHECK(s.count_of(incident::line_too_long) == 1);
    CHECK(s.logged("info line_refused reason=too_long name=a") == 1);
}

TEST_CASE("a name may be as long as the limit and no longer", "[chatd][limits]") {
    auto limit = roomy();
    limit.max_name = 8;
    served_loop s{limit};
    s.log_in("1234567");
    s.log_in("12345678");
    auto& peer = s.greeted();
    peer.send("login 123456789\n");
    s.expect(peer, "Connect SuccessUserName Exist");
    CHECK(s.count_of(incident::name_too_long) == 1);
    CHECK(s.logged("info name_refused reason=too_long") == 1);
}

TEST_CASE("a session may send as many lines at once as the limit", "[chatd][limits]") {
    flood_limits flood;
    flood.rate = 1; // the next after a second
    flood.burst = 9;
    const auto lines = [](std::size_t count) { // after the login's five
        return repeated("say x\n", count - 6) + "say end\n";
    };
    CHECK(flood_waits(flood, lines(8)) == 0);
    CHECK(flood_waits(flood, lines(9)) == 1);  // with these it has none left
    CHECK(flood_waits(flood, lines(10)) == 2); // and this one a second later
}

TEST_CASE("a look counts as four lines and a login as five", "[chatd][limits]") {
    flood_limits flood;
    flood.rate = 20;
    const auto waits_with = [&flood](std::uint32_t burst, const std::string& lines) {
        flood.burst = burst;
        return flood_waits(flood, lines + "say end\n") > 0;
    };
    for (const auto& [lines, cost] :
         {std::pair{"", 0U}, std::pair{"say x\n", 1U}, std::pair{"look\n", 4U},
          std::pair{"look\nlook\n", 8U}, std::pair{"unknown\n", 1U}, std::pair{"\n", 1U}}) {
        INFO(lines);
        CHECK(waits_with(6 + cost, lines));
        CHECK_FALSE(waits_with(7 + cost, lines)); // the login, these, the last, and one to be ready
    }
}

TEST_CASE("a login that is refused costs as much as another", "[chatd][limits]") {
    for (const std::uint32_t burst : {11U, 10U}) {
        limits limit;
        limit.flood = {.rate = 1, .burst = burst};
        served_loop s{limit};
        auto& peer = s.greeted();
        peer.send("login\nlogin\n");
        s.expect(peer, "UserName EmptyUserName Empty");
        CHECK(s.count_of(incident::wait_flood) == (burst == 11 ? 0 : 1));
    }
}

TEST_CASE("a session may send as many bytes at once as the limit", "[chatd][limits]") {
    flood_limits flood;
    flood.byte_rate = 1;
    flood.burst_bytes = 100;
    const auto bytes = [](std::size_t count) { // with the login's 8
        return "say " + std::string(count - 8 - 8 - 5, 'x') + "\nsay end\n";
    };
    CHECK(flood_waits(flood, bytes(99)) == 0);
    CHECK(flood_waits(flood, bytes(100)) == 1);
    CHECK(flood_waits(flood, bytes(101)) == 1);
}

TEST_CASE("a room may say as many bytes a second as the limit", "[chatd][limits]") {
    for (const std::size_t said : {std::size_t{99}, std::size_t{100}, std::size_t{101}}) {
        limits limit;
        limit.room_rate = 100;
        served_loop s{limit};
        auto& peer = s.log_in("a");
        const std::string text(said - std::string("a: \n").size(), 'x');
        peer.send("say " + text + "\n");
        s.expect(peer, "a: " + text + "\n");
        CHECK(s.count_of(incident::wait_room) == (said < 100 ? 0 : 1));
        CHECK(s.logged("info wait reason=room name=a") == (said < 100 ? 0 : 1));
    }
}

TEST_CASE("unsent output up to the soft limit lets commands go on", "[chatd][limits]") {
    auto limit = roomy();
    limit.soft_limit = 1024;
    const std::string asked = "fourteen-bytes\n"; // answered by 32
    for (const std::size_t answers : {std::size_t{31}, std::size_t{32}, std::size_t{33}}) {
        served_loop s{limit};
        auto& peer = s.log_in("a");
        peer.send(repeated(asked, answers));
        s.run_until("all is answered", [&] {
            return peer.received().size() ==
                   std::string("Connect SuccessLogin Success").size() + 32 * answers;
        });
        CHECK(s.count_of(incident::wait_output) == (answers <= 32 ? 0 : 1));
    }
}

TEST_CASE("as much is taken before login as the limit and no more", "[chatd][limits]") {
    auto limit = roomy();
    limit.login_bytes = 100;
    for (const std::size_t size : {std::size_t{99}, std::size_t{100}}) {
        served_loop s{limit};
        auto& peer = s.greeted();
        peer.send(std::string(size - 9, ' ') + "\nlogin a\n");
        s.expect(peer, "Login Success");
        CHECK(s.count_of(incident::closed_too_much_before_login) == 0);
    }
    served_loop s{limit};
    auto& peer = s.greeted();
    peer.send(std::string(101 - 9, ' ') + "\nlogin a\n");
    s.expect_end(peer);
    CHECK(peer.received() == "Connect Success");
    CHECK(s.count_of(incident::closed_too_much_before_login) == 1);
    CHECK(s.logged("warning closed reason=too_much_before_login peer=127.0.0.1:") == 1);
}

TEST_CASE("as much stays unread before login as the limit and no more", "[chatd][limits]") {
    auto limit = roomy();
    limit.login_bytes = 1024;
    const std::string asked = "fourteen-bytes\n"; // answered by 32
    for (const std::size_t answers : {std::size_t{31}, std::size_t{32}, std::size_t{33}}) {
        served_loop s{limit};
        auto& peer = s.greeted();
        peer.send(repeated(asked, answers));
        if (answers <= 32)
            s.run_until("all is answered", [&] {
                return peer.received().size() ==
                       std::string("Connect Success").size() + 32 * answers;
            });
        else
            s.expect_end(peer);
        CHECK(s.count_of(incident::closed_unread_before_login) == (answers <= 32 ? 0 : 1));
    }
}

TEST_CASE("as many are connected as the limit and no more", "[chatd][limits]") {
    auto limit = roomy();
    limit.max_connections = 3;
    served_loop s{limit};
    for (int i = 0; i < 3; ++i)
        s.greeted();
    auto& fourth = s.connect();
    s.expect_end(fourth);
    CHECK(fourth.received() == "Server full\n");
    CHECK(s.count_of(incident::refused_server_full) == 1);
    CHECK(s.logged("warning refused reason=server_full peer=127.0.0.1:") == 1);
}

TEST_CASE("who logs in before the timeout stays and who does not is closed", "[chatd][limits]") {
    auto limit = roomy();
    limit.login_timeout = 50ms;
    served_loop s{limit};
    auto& silent = s.greeted();
    s.expect_end(silent);
    CHECK(s.count_of(incident::closed_login_timeout) == 1);
    CHECK(s.logged("warning closed reason=login_timeout peer=127.0.0.1:") == 1);
    limit.login_timeout = 60s;
    served_loop patient{limit};
    patient.log_in("a");
    CHECK(patient.count_of(incident::closed_login_timeout) == 0);
}

TEST_CASE("a browser is closed and counted whichever way it asks", "[chatd][limits]") {
    served_loop s{roomy()};
    for (const char* request : {"GET / HTTP/1.1\r\n", "POST /", "PUT /x"}) {
        auto& browser = s.greeted();
        browser.send(request);
        s.expect_end(browser);
        CHECK(browser.received() == "Connect Success");
    }
    CHECK(s.count_of(incident::closed_http_request) == 3);
    CHECK(s.logged("warning closed reason=http_request") == 1);
}

TEST_CASE("a reader above the hard limit is closed and counted", "[chatd][limits]") {
    auto limit = roomy();
    limit.soft_limit = 8 * kib;
    limit.hard_limit = 64 * kib;
    limit.max_line = 32 * kib;
    served_loop s{limit};
    auto& stalled = s.log_in("stalled");
    auto& talker = s.log_in("a");
    s.expect(stalled, "a has entered the room.\n");
    stalled.never_read();
    const std::string line = "say " + std::string(8 * kib, 'x') + "\n";
    for (int i = 0; s.count_of(incident::closed_hard_limit) == 0 && i < 1000; ++i) {
        talker.send(line);
        s.expect(talker, "x\n");
        s.iterate();
    }
    CHECK(s.count_of(incident::closed_hard_limit) == 1);
    CHECK(s.logged("warning closed reason=hard_limit name=stalled") == 1);
    s.expect(talker, "stalled has left the room.\n");
}

TEST_CASE("a reader that takes nothing is closed after its time", "[chatd][limits]") {
    auto limit = roomy();
    limit.no_progress = 50ms;
    served_loop s{limit};
    auto& stalled = s.log_in("stalled");
    auto& talker = s.log_in("a");
    s.expect(stalled, "a has entered the room.\n");
    stalled.never_read();
    const std::string line = "say " + std::string(8000, 'x') + "\n";
    for (int i = 0; s.count_of(incident::closed_no_progress) == 0 && i < 1000; ++i) {
        if (i < 60)
            talker.send(line); // less than the hard limit beyond what the kernel holds
        s.iterate();
    }
    s.run_until("the reader is given up",
                [&] { return s.count_of(incident::closed_no_progress) == 1; });
    CHECK(s.logged("warning closed reason=no_progress name=stalled") == 1);
}
