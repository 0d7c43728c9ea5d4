// Work that is linear in the bytes, whatever their cut (E48).
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"
#include "support/sanitized.hpp"

#include "hooked_channels.hpp"

#include <string>
#include <utility>

using support::loop_fixture;
using support::make_socket_pair;
using support::scripted_peer;

TEST_CASE("a long line in reads of one byte arrives whole", "[long_lines][E48]") {
    constexpr std::size_t size = support::often(48U * 1024);
    const std::string end = GENERATE("\n", "\r\n");
    loop_fixture f;
    auto pair = make_socket_pair(AF_UNIX);
    hooked::lines channel(f.loop, std::move(pair.ours));
    scripted_peer peer(std::move(pair.theirs));
    f.pump({&peer});
    channel.set_terminator(end);
    channel.set_max_line(size);
    channel.set_read_limit(1);
    peer.send(std::string(size, 'x') + end);
    f.run_until("the line is there", [&] { return channel.got.size() == 1; });
    CHECK(channel.got.front() == std::string(size, 'x'));
    CHECK(f.counters().reads == size + end.size());
}

TEST_CASE("a line that is sent byte by byte arrives whole", "[long_lines][E48]") {
    const int family = GENERATE(AF_INET, AF_UNIX);
    loop_fixture f;
    auto pair = make_socket_pair(family);
    hooked::lines channel(f.loop, std::move(pair.ours));
    scripted_peer peer(std::move(pair.theirs));
    f.pump({&peer});
    std::string line;
    for (int i = 0; i < 2000; ++i)
        line += std::to_string(i);
    peer.send_byte_by_byte(line + "\nnext\n");
    f.run_until("both lines are there", [&] { return channel.got.size() == 2; });
    CHECK(channel.got[0] == line);
    CHECK(channel.got[1] == "next");
}

TEST_CASE("a read full of empty lines is linear work", "[long_lines][E48][defect32]") {
    constexpr std::size_t lines = support::often(1'000'000U);
    loop_fixture f({.message_budget = 64});
    auto pair = make_socket_pair(AF_UNIX);
    hooked::lines channel(f.loop, std::move(pair.ours));
    scripted_peer peer(std::move(pair.theirs));
    f.pump({&peer});
    std::size_t count = 0;
    channel.on_line = [&](std::string_view) {
        ++count;
        channel.got.clear();
    };
    peer.send(std::string(lines, '\n'));
    f.run_until("all lines are there", [&] { return count == lines; });
    CHECK(f.counters().bytes_in == lines);
}

TEST_CASE("many small pushes between partial sends are linear work", "[long_lines][E48]") {
    constexpr std::size_t pushes = support::often(300'000U);
    loop_fixture f;
    auto pair = make_socket_pair(AF_UNIX);
    hooked::lines channel(f.loop, std::move(pair.ours));
    scripted_peer peer(std::move(pair.theirs));
    f.pump({&peer});
    for (std::size_t i = 0; i < pushes; ++i)
        REQUIRE(channel.push("0123456789"));
    f.run_until("all is there", [&] { return peer.received().size() == pushes * 10; });
}
