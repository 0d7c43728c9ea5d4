// The sequences of calls that asyncore makes, situation by situation.  Its two pollers differ in
// some; here both give the same, and where that is neither of asyncore's the row says why.
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"
#include "support/poller_limits.hpp"

#include "libreactor/conformance/hooked_channels.hpp"

#include <poll.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using strings = std::vector<std::string>;
using support::loop_fixture;
using support::make_socket_pair;
using support::scripted_peer;

namespace {

/// A TCP channel that tells its calls; those of one iteration are joined by `+`.
struct stage : loop_fixture {
    stage() {
        channel.on_connect = [this] {
            tell(std::string("connect[c") + (channel.connected() ? '1' : '0') + ",g" +
                 (channel.connecting() ? '1' : '0') + "]");
        };
        channel.on_read = [this] {
            tell("read");
            char buffer[4096];
            (void)channel.recv(buffer);
        };
        channel.on_write = [this] {
            tell("write");
            channel.wants_write = false;
        };
        channel.on_expt = [this] {
            tell("expt");
            char byte = 0;
            (void)channel.recv_oob({&byte, 1});
        };
        channel.on_eof = [this] {
            tell("eof");
            channel.close_when_done();
        };
        channel.on_close = [this](std::error_code ec) {
            tell(ec == std::errc::connection_reset     ? "close(reset)"
                 : ec == std::errc::connection_refused ? "close(refused)"
                 : ec                                  ? "close(error)"
                                                       : "close");
        };
        channel.on_error = [this](std::exception_ptr) { tell("error"); };
    }

    void tell(const std::string& event) {
        if (!journal.empty() && counters().iterations == last_iteration_)
            journal.back() += "+" + event;
        else
            note(event);
        last_iteration_ = counters().iterations;
    }

    /// A connected channel; its write event is armed only when `ready` stands in the kernel, so
    /// that both come in one pass.
    void connected(const std::function<void(scripted_peer&)>& peer_does, short ready) {
        auto pair = make_socket_pair(AF_INET);
        channel.set_socket(std::move(pair.ours));
        peer = std::make_unique<scripted_peer>(std::move(pair.theirs));
        peer_does(*peer);
        pollfd entry{channel.fileno(), ready, 0};
        while (entry.revents == 0 || (entry.revents & ready) != ready)
            REQUIRE(::poll(&entry, 1, 10'000) == 1);
        channel.wants_write = true;
    }

    std::unique_ptr<scripted_peer> peer;
    support::listening_socket listener{AF_INET};
    hooked::dispatcher channel{loop};

private:
    std::uint64_t last_iteration_ = ~std::uint64_t{0};
};

struct row {
    std::string situation;
    std::string by_select; ///< asyncore with select
    std::string by_poll;   ///< asyncore with poll
    strings here;
    std::function<void(stage&)> arrange;
    std::string difference = {};
    support::need needs = support::need::nothing;
};

void connects(stage& s) {
    s.channel.create_socket(AF_INET);
    s.channel.wants_write = true;
    s.channel.connect(s.listener.address());
}

const std::vector<row>& rows() {
    static const std::vector<row> table{
        {"connect succeeds",
         "connect[c0,g1]+write",
         "connect[c0,g1]+write",
         {"connect[c1,g0]+write"},
         connects,
         "the flags are set before the call (defect 18)"},
        {"the peer sent data",
         "read+write",
         "read+write",
         {"read+write"},
         [](stage& s) { s.connected([](auto& p) { p.send("data"); }, POLLIN); }},
        {"the peer sent data and ended",
         "read+write read+close",
         "read+write read+close+write",
         {"read+write", "read+eof+close"},
         [](stage& s) {
             s.connected([](auto& p) { p.send("data"), p.half_close(); }, POLLIN | POLLRDHUP);
         },
         "the end of input is handle_eof; no handler of a closed channel (defect 8)"},
        {"the peer reset",
         "read+close",
         "read+close+write+close",
         {"read+close(reset)"},
         [](stage& s) { s.connected([](auto& p) { p.reset(); }, POLLIN | POLLHUP); },
         "one handle_close, with the reason (defect 8)"},
        {"the peer sent data and reset",
         "read+write read+close",
         "read+write+close",
         {"read+write", "read+close(reset)"},
         [](stage& s) {
             s.connected([](auto& p) { p.send("data"), p.reset(); }, POLLIN | POLLHUP);
         },
         "what arrived is read first by either poller (defect 10)",
         support::need::late_errors},
        {"connect is refused",
         "error+close",
         "error+close",
         {"close(refused)"},
         [](stage& s) {
             s.listener.close();
             connects(s);
         },
         "an expected result is no exception; handle_close has the reason"},
        {"an urgent byte",
         "write+expt",
         "write+expt",
         {"write+expt"},
         [](stage& s) { s.connected([](auto& p) { p.send_urgent('!'); }, POLLPRI); },
         {},
         support::need::urgent_data},
        {"close in handle_read",
         "read",
         "read+write",
         {"read+close"},
         [](stage& s) {
             s.connected([](auto& p) { p.send("data"); }, POLLIN);
             s.channel.on_read = [&s] {
                 s.tell("read");
                 s.channel.close();
             };
         },
         "handle_close tells of every end; no handler of a closed channel (defect 8)"},
        {"close in handle_connect",
         "connect+write",
         "connect+write",
         {"connect+close"},
         [](stage& s) {
             s.channel.on_connect = [&s] {
                 s.tell("connect");
                 s.channel.close();
             };
             connects(s);
         },
         "handle_close tells of every end; no handler of a closed channel (defect 18)"},
        {"a socket that was never connected",
         "read+close",
         "write+close",
         {},
         [](stage& s) {
             s.channel.create_socket(AF_INET);
             s.channel.wants_write = true;
         },
         "watched only after connect or listen (defect 20)"},
        {"the peer reset and nothing is wanted",
         "",
         "",
         {},
         [](stage& s) {
             s.channel.wants_read = false;
             s.connected([](auto& p) { p.reset(); }, POLLHUP);
             s.channel.wants_write = false;
         }},
        {"handle_error throws",
         "ends the loop",
         "ends the loop",
         {"read+error+close(error)"},
         [](stage& s) {
             s.connected([](auto& p) { p.send("data"); }, POLLIN);
             s.channel.on_read = [&s] {
                 s.tell("read");
                 throw std::runtime_error("oops");
             };
             s.channel.on_error = [&s](std::exception_ptr) {
                 s.tell("error");
                 throw std::runtime_error("oops again");
             };
         },
         "closes that channel and nothing else (defect 14)"},
        {"handle_read throws and the channel stays",
         "read+error+write",
         "read+error",
         {"read+error+write"},
         [](stage& s) {
             s.connected([](auto& p) { p.send("data"); }, POLLIN);
             s.channel.on_read = [&s] {
                 s.tell("read");
                 s.channel.wants_read = false;
                 throw std::runtime_error("oops");
             };
         },
         "as by select, with either poller (defect 11)"},
    };
    return table;
}

} // namespace

TEST_CASE("events come in asyncore's order whatever the poller",
          "[plain][asyncore][events][2][defect11]") {
    const auto number = GENERATE(range(std::size_t{0}, rows().size()));
    const row& r = rows()[number];
    INFO(r.situation << "; asyncore by select: " << r.by_select << "; by poll: " << r.by_poll
                     << "; here " << r.difference);
    stage s;
    if (const auto why = missing(r.needs, s.loop); !why.empty())
        SKIP(why);
    r.arrange(s);
    s.run_until("the events have come", [&] { return s.journal.size() >= r.here.size(); });
    s.iterate(3);
    s.fence();
    CHECK(s.journal == r.here);
}

TEST_CASE("a reset while nothing is wanted is learned when something is",
          "[plain][asyncore][events][defect12]") {
    stage s;
    s.channel.wants_read = false;
    s.connected([](auto& p) { p.reset(); }, POLLHUP);
    s.channel.wants_write = false;
    s.iterate(3);
    CHECK(s.journal.empty());
    s.channel.wants_read = true;
    s.channel.interest_changed();
    s.run_until("the channel ends", [&] { return s.channel.closes == 1; });
    CHECK(s.journal == strings{"read+close(reset)"});
}

// asyncore: one handle_accept a pass (defect 5).
TEST_CASE("three pending connections are accepted in one pass", "[asyncore][events][defect5]") {
    loop_fixture f;
    const support::temp_dir directory;
    hooked::dispatcher listener(f.loop);
    listener.create_socket(AF_UNIX);
    listener.bind(support::any_address(AF_UNIX, directory));
    listener.listen();
    std::vector<std::uint64_t> passes;
    listener.on_accepted = [&](reactor::unique_fd, const reactor::endpoint&) {
        passes.push_back(f.counters().iterations);
    };
    const scripted_peer one(listener.local_address());
    const scripted_peer two(listener.local_address());
    const scripted_peer three(listener.local_address());
    f.run_until("all are accepted", [&] { return passes.size() == 3; });
    CHECK(passes.front() == passes.back());
}
