#include "bench/chatload/protocols/conversation.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using support::heard;

namespace {

/// What brings a client of a protocol into the room.
struct entrance {
    std::string_view protocol;
    std::string_view bytes;
};
constexpr entrance entrances[] = {
    {"chatd", "Connect SuccessLogin Success"},
    {"irc", ":s 001 ann :hi\r\n:ann!load@127.0.0.1 JOIN :#lobby\r\n:s 366 ann #lobby :end\r\n"},
    {"nats", "INFO {} \r\nPONG\r\n"},
    {"redis", "+PONG\r\n%0\r\n>3\r\n$9\r\nsubscribe\r\n$5\r\nlobby\r\n:1\r\n"},
};

/// Pieces that mean something to some protocol.
constexpr std::string_view pieces[] = {"\r\n",      "\n",
                                       "\r",        " ",
                                       ":",         "MSG ",
                                       "lobby ",    "1 ",
                                       "-ERR x",    "PING",
                                       "PONG :7",   "PRIVMSG ",
                                       "#lobby ",   ":ann!x@y ",
                                       "JOIN ",     "$",
                                       "3",         "-1",
                                       ">",         "*",
                                       "%",         "message",
                                       "0",         "!",
                                       "+OK",       "Unknown command ",
                                       "?7 ",       " has entered the room.",
                                       "ann: text", "INFO {",
                                       "\xff",      "x"};

std::string garbage(unsigned seed) {
    std::minstd_rand random(seed);
    std::string made;
    for (auto left = random() % 20; left > 0; --left)
        made += pieces[random() % std::size(pieces)];
    if (random() % 4 == 0)
        made += '\0';
    return made;
}

} // namespace

TEST_CASE("Only the listed names are protocols") {
    CHECK(chatload::protocol_names().size() == std::size(entrances));
    for (const std::string_view name : chatload::protocol_names()) {
        const auto made = chatload::make_protocol(name);
        REQUIRE(made != nullptr);
        CHECK(made->traits().name == name);
    }
    CHECK(chatload::make_protocol("") == nullptr);
    CHECK(chatload::make_protocol("gopher") == nullptr);
}

TEST_CASE("Garbage is heard the same however it is cut") {
    for (const entrance& way : entrances) {
        for (unsigned seed = 1; seed <= 60; ++seed) {
            const std::string bytes = std::string{way.bytes} + garbage(seed);
            INFO(way.protocol << ", seed " << seed);
            REQUIRE(heard(way.protocol, "ann", way.bytes).back() == "logged in");
            (void)support::heard_in_pieces(way.protocol, "ann", bytes);
            (void)support::heard_in_pieces(way.protocol, "ann", garbage(seed));
        }
    }
}

TEST_CASE("A client of one protocol logs in nowhere else") {
    for (const entrance& client : entrances) {
        for (const entrance& server : entrances) {
            const auto events = heard(client.protocol, "ann", server.bytes);
            const bool in = std::find(events.begin(), events.end(), "logged in") != events.end();
            INFO(client.protocol << " client, " << server.protocol << " server");
            CHECK(in == (client.protocol == server.protocol));
        }
    }
}
