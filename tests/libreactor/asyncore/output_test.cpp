// asynchat's output rules, measured there, and what is made of them here.
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"

#include "libreactor/conformance/hooked_channels.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using support::loop_fixture;
using support::make_socket_pair;
using support::scripted_peer;

namespace {

void produce(hooked::pieces& channel, const std::string& data, std::size_t size) {
    channel.push_with_producer(std::make_unique<reactor::simple_producer>(data, size));
}

struct row {
    std::string what;
    std::function<void(hooked::pieces&)> act;
    std::string peer_reads;
    std::uint64_t sends;          ///< here
    std::uint64_t asynchat_sends; ///< there
    std::string difference = {};  ///< why they are not the same
};

const std::string gathered = "one send for all that an iteration queued (defect 28)";

const std::vector<row>& rows() {
    static const std::vector<row> table{
        {"one push", [](auto& c) { c.push("hello"); }, "hello", 1, 1},
        {"three pushes of one byte",
         [](auto& c) {
             c.push("a");
             c.push("b");
             c.push("c");
         },
         "abc", 1, 3, gathered},
        {"a push of more than 65536 bytes", [](auto& c) { c.push(std::string(100'000, 'x')); },
         std::string(100'000, 'x'), 1, 2, "no cut into pieces: nothing is gained by it"},
        {"an empty push", [](auto& c) { c.push(""); }, "", 0, 1, "nothing to send is no send"},
        {"an empty push before another",
         [](auto& c) {
             c.push("");
             c.push("x");
         },
         "x", 1, 2, "nothing to send is no send"},
        {"a producer of three pieces", [](auto& c) { produce(c, "hello world", 4); }, "hello world",
         1, 3, gathered},
        {"a producer between two pushes",
         [](auto& c) {
             c.push("<");
             produce(c, "hello", 2);
             c.push(">");
         },
         "<hello>", 1, 5, gathered},
        {"a producer that has nothing before a push",
         [](auto& c) {
             produce(c, "", 4);
             c.push("next");
         },
         "next", 1, 1, "there it may delete the next item (defect 34)"},
        {"a push that is changed afterwards",
         [](auto& c) {
             std::string text = "before";
             c.push(text);
             text = "after!";
         },
         "before", 1, 1, "copied, not kept by reference (defect 37)"},
        {"a push after close_when_done",
         [](auto& c) {
             c.push("last");
             c.close_when_done();
             CHECK_FALSE(c.push("late"));
         },
         "last", 1, 1, "refused, not dropped in silence (defect 30)"},
        {"discard_buffers between two pushes",
         [](auto& c) {
             c.push("dropped");
             c.discard_buffers();
             c.push("kept");
         },
         "kept", 1, 2, "there the first push is sent at once"},
    };
    return table;
}

} // namespace

TEST_CASE("output is queued and sent as in asynchat", "[plain][asyncore][output][defect30]") {
    const auto number = GENERATE(range(std::size_t{0}, rows().size()));
    const row& r = rows()[number];
    INFO(r.what << "; asynchat: " << r.asynchat_sends << " sends; " << r.difference);
    CHECK((r.sends == r.asynchat_sends || !r.difference.empty()));
    loop_fixture f;
    auto pair = make_socket_pair(AF_UNIX);
    hooked::pieces channel(f.loop, std::move(pair.ours));
    scripted_peer peer(std::move(pair.theirs));
    f.pump({&peer});
    r.act(channel);
    CHECK(f.counters().sends == 0); // asynchat sends inside push (defect 17)
    f.run_until("all is read", [&] { return peer.received().size() >= r.peer_reads.size(); });
    f.iterate(3);
    CHECK(peer.received() == r.peer_reads);
    CHECK(f.counters().sends == r.sends);
}

TEST_CASE("everything only queues until the connection stands", "[plain][asyncore][output]") {
    loop_fixture f;
    const support::listening_socket listener(AF_INET);
    hooked::pieces channel(f.loop);
    channel.create_socket(AF_INET);
    CHECK(channel.push("a"));
    produce(channel, "bcd", 1);
    f.iterate(3);
    CHECK(f.counters().sends == 0);
    channel.on_connect = [&] { channel.push("e"); };
    channel.connect(listener.address());
    scripted_peer peer(listener.accept());
    f.pump({&peer});
    f.run_until("all is read", [&] { return peer.received() == "abcde"; });
    CHECK(f.counters().sends == 1);
}

// asynchat: the close of an idle channel waits for a write event (defect 30).
TEST_CASE("close_when_done of an idle channel ends it in the same iteration",
          "[plain][asyncore][output][defect30]") {
    loop_fixture f;
    auto pair = make_socket_pair(AF_UNIX);
    hooked::pieces channel(f.loop, std::move(pair.ours));
    scripted_peer peer(std::move(pair.theirs));
    channel.close_when_done();
    f.loop.run_once();
    peer.pump();
    CHECK(peer.ended());
}

TEST_CASE("close_when_done closes after the output although the peer has ended its side",
          "[asyncore][output][41]") {
    loop_fixture f;
    auto pair = make_socket_pair(AF_UNIX);
    hooked::pieces channel(f.loop, std::move(pair.ours));
    scripted_peer peer(std::move(pair.theirs));
    f.pump({&peer});
    peer.half_close();
    channel.on_eof = [&] {
        channel.push("hello ");
        channel.push("world\n");
        channel.close_when_done();
    };
    f.run_until("the channel ends", [&] { return channel.closes == 1; });
    f.run_until("the end is read", [&] { return peer.ended(); });
    CHECK(peer.received() == "hello world\n");
    CHECK(channel.got.empty());
}
