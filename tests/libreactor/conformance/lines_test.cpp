// Whole messages: zero-copy when they lie in one read, put together when they do not.
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"

#include "hooked_channels.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using strings = std::vector<std::string>;
using support::loop_fixture;
using support::make_socket_pair;
using support::scripted_peer;

namespace {

struct line_test : loop_fixture {
    explicit line_test(int family = AF_UNIX, reactor::loop_options options = {})
        : loop_fixture(options), pair(make_socket_pair(family)),
          channel(loop, std::move(pair.ours)), peer(std::move(pair.theirs)) {
        pump({&peer});
    }

    support::socket_pair pair;
    hooked::lines channel;
    scripted_peer peer;
};

} // namespace

TEST_CASE("a line that lies in one read is a view into the receive buffer", "[lines]") {
    line_test t;
    std::vector<bool> in_place;
    t.channel.on_line = [&](std::string_view line) {
        const auto buffer = t.channel.receive_buffer();
        const std::less_equal<const char*> not_after;
        in_place.push_back(not_after(buffer.data(), line.data()) &&
                           not_after(line.data() + line.size(), buffer.data() + buffer.size()));
    };
    t.deliver(t.peer, "one\ntwo\nthr");
    t.deliver(t.peer, "ee\nfour\n");
    CHECK(t.channel.got == strings{"one", "two", "three", "four"});
    CHECK(in_place == std::vector<bool>{true, true, false, true});
    CHECK(t.channel.held_input().empty());
}

TEST_CASE("a line arrives whole whatever its pieces", "[lines][defect41]") {
    const auto pieces = GENERATE(strings{"a\r\nb\r\n"}, strings{"a", "\r", "\n", "b", "\r\n"},
                                 strings{"a\r", "\nb\r", "\n"}, strings{"a\r\n", "b\r\n"});
    line_test t(AF_INET);
    t.channel.set_terminator("\r\n");
    for (const auto& piece : pieces)
        t.deliver(t.peer, piece);
    t.iterate();
    CHECK(t.channel.got == strings{"a", "b"});
}

TEST_CASE("an empty line is handed over", "[lines]") {
    line_test t;
    t.deliver(t.peer, "\n\nx\n");
    CHECK(t.channel.got == strings{"", "", "x"});
}

TEST_CASE("the beginning of a line is held and can be read off", "[lines]") {
    line_test t;
    t.deliver(t.peer, "done\nbegin");
    CHECK(t.channel.held_input() == "begin");
    t.deliver(t.peer, "ning");
    CHECK(t.channel.held_input() == "beginning");
    t.deliver(t.peer, "\n");
    CHECK(t.channel.got == strings{"done", "beginning"});
    CHECK(t.channel.held_input().empty());
}

TEST_CASE("restored input comes before what is received", "[lines]") {
    line_test t;
    t.channel.restore_input("one\nbegin", false);
    t.peer.send("ning\n");
    t.run_until("both lines are there", [&] { return t.channel.got.size() == 2; });
    CHECK(t.channel.got == strings{"one", "beginning"});
}

TEST_CASE("a change of terminator inside handle_line holds for the next byte", "[lines]") {
    line_test t;
    t.channel.on_line = [&](std::string_view line) {
        if (line == "length 5")
            t.channel.set_terminator(std::size_t{5});
        else if (line == "a\nb\nc")
            t.channel.set_terminator("::");
    };
    t.deliver(t.peer, "length 5\na\nb\ncx\ny::z::");
    CHECK(t.channel.got == strings{"length 5", "a\nb\nc", "x\ny", "z"});
}

TEST_CASE("a long terminator may be cut anywhere", "[lines]") {
    const std::string end = "--boundary--";
    for (std::size_t cut = 1; cut < end.size(); ++cut) {
        line_test t;
        t.channel.set_terminator(end);
        t.deliver(t.peer, "--bound" + end.substr(0, cut));
        t.deliver(t.peer, end.substr(cut) + "rest");
        CHECK(t.channel.got == strings{"--bound"});
        CHECK(t.channel.held_input() == "rest");
    }
}

TEST_CASE("the end of input does not make a line of the rest", "[lines]") {
    line_test t;
    t.peer.send("whole\nrest");
    t.peer.half_close();
    std::string rest;
    t.channel.on_eof = [&] {
        rest = t.channel.held_input();
        t.channel.close();
    };
    t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
    CHECK(t.channel.got == strings{"whole"});
    CHECK(rest == "rest");
}

TEST_CASE("discarding the buffers inside handle_line drops what the read held behind it",
          "[lines]") {
    line_test t;
    t.channel.on_line = [&](std::string_view line) {
        if (line == "stop")
            t.channel.discard_buffers();
    };
    t.deliver(t.peer, "one\nstop\nlost\nlost too");
    t.deliver(t.peer, "next\n");
    CHECK(t.channel.got == strings{"one", "stop", "next"});
}

TEST_CASE("closing inside handle_line ends the parsing", "[lines]") {
    line_test t;
    t.channel.on_line = [&](std::string_view line) {
        if (line == "two")
            t.channel.close();
    };
    t.deliver(t.peer, "one\ntwo\nthree\n");
    t.iterate(2);
    CHECK(t.channel.got == strings{"one", "two"});
    CHECK(t.channel.closes == 1);
}

TEST_CASE("close_when_done inside handle_line ends the parsing and sends what was pushed",
          "[lines]") {
    line_test t;
    t.channel.on_line = [&](std::string_view) {
        t.channel.push("bye\n");
        t.channel.close_when_done();
    };
    t.peer.send("quit\nagain\n");
    t.run_until("the peer reads the end", [&] { return t.peer.ended(); });
    CHECK(t.channel.got == strings{"quit"});
    CHECK(t.peer.received() == "bye\n");
}
