// Connecting to a host by name: RFC 8305 in virtual time.
#include "libreactor/race_stage.hpp"

#include <netdb.h>

#include <cerrno>
#include <cstddef>
#include <string>
#include <vector>

using namespace std::string_literals;
using namespace sim_test;

TEST_CASE("a channel connects to a host by name", "[connect][name]") {
    race_stage s({six}, 40ms);
    auto door = s.w.listen(six);
    s.start();
    CHECK(s.channel->is_open());
    CHECK(s.channel->connecting());
    CHECK(s.channel->fileno() == -1);
    CHECK(s.channel->push("before\n"));
    s.pass(100ms);
    s.check_connected_once();
    CHECK(s.when == 40ms);
    CHECK(s.reached == six);
    auto other = door.accept();
    REQUIRE(other);
    CHECK(other->received() == "before\n");
    other->send("hello\n");
    s.turn();
    CHECK(s.seen->lines == std::vector{"hello"s});
}

TEST_CASE("an address needs no look-up to connect", "[connect][name]") {
    race_stage s({});
    auto door = s.w.listen(four);
    s.channel->connect({"192.0.2.1", 80});
    CHECK(s.seen->connects == 0);
    s.pass(1ms);
    s.check_connected_once();
    CHECK(s.w.count(call::start_lookup) == 0);
}

TEST_CASE("an address that does not answer gets 250 ms before the next is tried",
          "[connect][name]") {
    race_stage s({six, four});
    s.w.black_hole(six);
    auto door = s.w.listen(four);
    s.start();
    s.pass(1s);
    s.check_connected_once();
    CHECK(s.when == 250ms);
    CHECK(s.reached == four);
}

TEST_CASE("the next address is tried at once when one fails", "[connect][name]") {
    race_stage s({six, four});
    const auto how = GENERATE(0, 1, 2);
    if (how == 1)
        s.w.unreachable(six, EHOSTUNREACH);
    if (how == 2)
        s.w.faults().fail(call::socket, EAFNOSUPPORT); // no IPv6 on this machine
    auto door = s.w.listen(four);
    s.start();
    s.pass(1s);
    s.check_connected_once();
    CHECK(s.when == 0ns);
    CHECK(s.reached == four);
}

TEST_CASE("a failure in the middle of a delay ends the delay", "[connect][name]") {
    race_stage s({six, four, six_too});
    s.w.black_hole(four);
    s.w.set_connect_delay(100ms); // six is refused then
    auto door = s.w.listen(six_too);
    s.start();
    s.pass(2s);
    s.check_connected_once();
    // six at 0, four at 100 when six is refused, six_too at 350, there at 450
    CHECK(s.when == 450ms);
}

TEST_CASE("families take turns beginning with that of the first address", "[connect][name]") {
    const auto place = GENERATE(range(0, 5));
    race_stage s({six, six_too, six_as_well, four, four_too});
    const std::vector<endpoint> order{six, four, six_too, four_too, six_as_well};
    const auto winner = order[static_cast<std::size_t>(place)];
    for (const auto& each : order)
        if (!(each == winner))
            s.w.black_hole(each);
    auto door = s.w.listen(winner);
    s.start();
    s.pass(2s);
    s.check_connected_once();
    CHECK(s.reached == winner);
    CHECK(s.when == place * 250ms);
}

TEST_CASE("an earlier attempt may still win over a later one", "[connect][name]") {
    race_stage s({six, four});
    auto door = s.w.listen(six);
    auto other_door = s.w.listen(four);
    s.w.set_connect_delay(400ms); // four is begun at 250 ms
    s.start();
    s.pass(300ms);
    CHECK(s.attempts().size() == 2);
    s.pass(1s);
    s.check_connected_once();
    CHECK(s.when == 400ms);
    CHECK(s.reached == six);
}

TEST_CASE("two attempts that succeed in one moment give one connection", "[connect][name]") {
    race_stage s({six, four});
    s.w.set_connect_delay(500ms);
    s.w.at(100ms, [&] { s.w.set_connect_delay(250ms); }); // for the second, begun at 250 ms
    auto door = s.w.listen(four);
    auto other_door = s.w.listen(six);
    s.start();
    s.pass(2s);
    s.check_connected_once();
    CHECK(s.when == 500ms);
}

TEST_CASE("when every address fails the channel closes once", "[connect][name]") {
    race_stage s({six, four, four_too});
    s.start();
    s.pass(1s);
    s.check_failed_once(system_code(ECONNREFUSED));
    CHECK(s.when == 0ns);
}

TEST_CASE("the server's refusal says more than this machine's lack of a way", "[connect][name]") {
    race_stage s(GENERATE(std::vector{six, four}, std::vector{four, six}));
    s.w.unreachable(six, ENETUNREACH);
    s.start();
    s.pass(1s);
    s.check_failed_once(system_code(ECONNREFUSED));
}

TEST_CASE("a machine without any way says so", "[connect][name]") {
    race_stage s({six, four});
    s.w.unreachable(six, ENETUNREACH);
    s.w.unreachable(four, ENETUNREACH);
    s.start();
    s.pass(1s);
    s.check_failed_once(system_code(ENETUNREACH));
}

TEST_CASE("at the descriptor limit no attempt is made and none is left", "[connect][name]") {
    race_stage s({six, four});
    s.w.set_descriptor_limit(static_cast<int>(s.w.open_descriptors().back()) + 1);
    s.start();
    s.pass(1s);
    s.check_failed_once(system_code(EMFILE));
}

TEST_CASE("a name that is not found closes the channel with that reason", "[connect][name]") {
    race_stage s({});
    s.w.fail_name("host", EAI_NONAME, 10ms);
    s.start();
    s.pass(1s);
    s.check_failed_once({EAI_NONAME, reactor::lookup_category()});
    CHECK(s.when == 10ms);
}

TEST_CASE("one deadline holds for the look-up and all attempts", "[connect][name]") {
    race_stage s({six, four}, 200ms);
    SECTION("during the look-up") { s.w.silence_name("host"); }
    SECTION("during the first attempt") { s.w.black_hole(six); }
    s.w.black_hole(six);
    s.w.black_hole(four);
    SECTION("during two attempts") { s.w.set_name("host", {six, four}, 10ms); }
    s.start(300ms);
    s.pass(1s);
    s.check_failed_once(timed_out());
    CHECK(s.when == 300ms);
    CHECK(s.seen->timeouts == 0);
}

TEST_CASE("a connection by name outlives the limit of its connect", "[connect][name]") {
    race_stage s({six});
    auto door = s.w.listen(six);
    s.start(300ms);
    s.pass(1s);
    s.check_connected_once();
    CHECK(s.seen->timeouts == 0);
}
