// The end of one direction is not the end of the other (E9, E10, E11), and no byte that arrived is
// lost to it (E8).
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"

#include "hooked_channels.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using strings = std::vector<std::string>;
using support::loop_fixture;
using support::make_socket_pair;
using support::scripted_peer;

namespace {

template <class Channel>
struct half_close_test : loop_fixture {
    explicit half_close_test(int family) : pair(make_socket_pair(family)) { pump({&peer}); }

    support::socket_pair pair;
    Channel channel{loop, std::move(pair.ours)};
    scripted_peer peer{std::move(pair.theirs)};
};

constexpr std::size_t megabyte = std::size_t{1} << 20;

} // namespace

TEST_CASE("a client that ended its side still gets a long reply", "[half_close][E9]") {
    const int family = GENERATE(AF_INET, AF_INET6, AF_UNIX);
    if (!support::family_available(family))
        SKIP("no IPv6 here");
    half_close_test<hooked::lines> t(family);
    t.channel.on_eof = [&] {
        CHECK(t.channel.input_ended());
        CHECK(t.channel.is_open());
        t.channel.push(std::string(megabyte, 'r'));
        t.channel.close_when_done();
    };
    t.peer.send("request\n");
    t.peer.half_close();
    t.run_until("the end is read", [&] { return t.peer.ended(); });
    CHECK(t.peer.received().size() == megabyte);
    CHECK(t.peer.error() == 0);
    t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
    CHECK(t.channel.eofs == 1);
    CHECK_FALSE(t.channel.reason);
}

TEST_CASE("the end of input drops no output that is queued", "[half_close][E11][defect29]") {
    half_close_test<hooked::lines> t(AF_INET);
    t.channel.on_line = [&](std::string_view) { t.channel.push(std::string(megabyte, 'r')); };
    t.peer.never_read();
    t.peer.send("request\n");
    t.peer.half_close();
    t.run_until("the end is seen", [&] { return t.channel.eofs == 1; });
    t.peer.read_again();
    t.run_until("the end is read", [&] { return t.peer.ended(); });
    CHECK(t.peer.received().size() == megabyte);
    t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
    CHECK_FALSE(t.channel.reason);
}

TEST_CASE("a channel may live on with its input ended and wakes nobody", "[half_close][E9]") {
    const int family = GENERATE(AF_INET, AF_UNIX);
    half_close_test<hooked::lines> t(family);
    t.channel.on_eof = [] {};
    t.peer.half_close();
    t.run_until("the end is seen", [&] { return t.channel.eofs == 1; });
    t.iterate(3);
    const auto events = t.counters().events;
    t.iterate(50);
    CHECK(t.counters().events - events < 5);
    t.channel.push("still here");
    t.run_until("it is read", [&] { return t.peer.received() == "still here"; });
    CHECK(t.channel.eofs == 1);
    t.channel.close();
    t.iterate();
    CHECK(t.channel.closes == 1);
}

TEST_CASE("a peer that closes a UNIX socket is one eof and one close", "[half_close][E10]") {
    half_close_test<hooked::lines> t(AF_UNIX);
    t.channel.on_eof = [&] {
        t.note("eof");
        t.channel.close_when_done();
    };
    t.channel.on_close = [&](std::error_code ec) { t.note("close " + std::to_string(ec.value())); };
    t.peer.send("bye\n");
    t.peer.close();
    t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
    t.iterate(3);
    CHECK(t.channel.got == strings{"bye"});
    CHECK(t.journal == strings{"eof", "close 0"});
}

TEST_CASE("all that a peer wrote before it closed arrives", "[plain][half_close][E8][defect10]") {
    const int family = GENERATE(AF_INET, AF_INET6, AF_UNIX);
    if (!support::family_available(family))
        SKIP("no IPv6 here");
    CAPTURE(support::family_name(family));
    half_close_test<hooked::pieces> t(family);
    std::size_t bytes = 0;
    t.channel.on_data = [&](std::string_view data) { bytes += data.size(); };
    t.channel.on_eof = [&] {
        CHECK(bytes == megabyte);
        t.channel.close();
    };
    SECTION("by a close") {
        t.peer.send(std::string(megabyte, 'x'));
        t.peer.close();
    }
    SECTION("by the end of its side") {
        t.peer.send(std::string(megabyte, 'x'));
        t.peer.half_close();
    }
    t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
    CHECK(bytes == megabyte);
    CHECK(t.channel.eofs == 1);
    CHECK_FALSE(t.channel.reason);
}

TEST_CASE("a handler that reads little at a time gets all before the end",
          "[half_close][E8][defect10]") {
    const int family = GENERATE(AF_INET, AF_UNIX);
    half_close_test<hooked::dispatcher> t(family);
    t.channel.on_read = [&] {
        char buffer[4096];
        t.channel.input.append(buffer, t.channel.recv(buffer).n);
    };
    t.peer.send(std::string(30'000, 'x'));
    t.peer.close();
    t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
    CHECK(t.channel.input.size() == 30'000);
    CHECK(t.channel.eofs == 1);
}

TEST_CASE("what a peer sends after our end is not handed over", "[half_close]") {
    half_close_test<hooked::lines> t(AF_INET);
    t.channel.close_when_done();
    t.run_until("our end is read", [&] { return t.peer.ended(); });
    t.peer.send("late\n");
    t.peer.close();
    t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
    CHECK(t.channel.got.empty());
    CHECK(t.channel.eofs == 0);
}

TEST_CASE("handle_eof that throws goes to handle_error once", "[half_close][E41]") {
    half_close_test<hooked::lines> t(AF_UNIX);
    t.channel.on_eof = [] { throw std::runtime_error("at the end"); };
    t.peer.half_close();
    t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
    CHECK(t.channel.errors == strings{"at the end"});
    CHECK(t.channel.reason == std::errc::interrupted);
}

TEST_CASE("shutdown_write sends what is pending and ends our side and goes on reading",
          "[half_close][E9]") {
    const int family = GENERATE(AF_INET, AF_INET6, AF_UNIX);
    if (!support::family_available(family))
        SKIP("no IPv6 here");
    CAPTURE(support::family_name(family));
    half_close_test<hooked::lines> t(family);
    t.channel.push(std::string(megabyte, 'q'));
    t.channel.shutdown_write();
    CHECK_FALSE(t.channel.output_ended());
    t.run_until("our end is read", [&] { return t.peer.ended(); });
    CHECK(t.peer.received().size() == megabyte);
    CHECK(t.channel.output_ended());
    CHECK(t.channel.is_open());
    t.peer.send("an answer\n");
    t.run_until("the answer is read", [&] { return t.channel.got == strings{"an answer"}; });
    t.peer.close();
    t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
    CHECK(t.channel.eofs == 1);
    CHECK_FALSE(t.channel.reason);
}

TEST_CASE("nothing can be sent after shutdown_write", "[half_close]") {
    half_close_test<hooked::lines> t(AF_UNIX);
    t.channel.shutdown_write();
    CHECK_FALSE(t.channel.push("late"));
    CHECK_FALSE(t.channel.push_alone("late"));
    CHECK(t.channel.send("late").ec == std::errc::broken_pipe);
    t.channel.shutdown_write(); // nothing happens
    t.run_until("our end is read", [&] { return t.peer.ended(); });
    CHECK(t.peer.received().empty());
    CHECK(t.channel.is_open());
}

TEST_CASE("a channel both of whose sides have ended closes by itself", "[half_close][E9]") {
    half_close_test<hooked::lines> t(AF_INET);
    t.channel.on_eof = [&] { t.note("eof"); };
    t.channel.on_close = [&](std::error_code ec) { t.note("close " + std::to_string(ec.value())); };
    SECTION("ours first") {
        t.channel.shutdown_write();
        t.run_until("our end is read", [&] { return t.peer.ended(); });
        t.peer.half_close();
    }
    SECTION("the peer's first") {
        t.peer.half_close();
        t.run_until("the end is seen", [&] { return t.channel.eofs == 1; });
        t.channel.push("a reply");
        t.channel.shutdown_write();
    }
    t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
    CHECK(t.journal == strings{"eof", "close 0"});
}

TEST_CASE("close_when_done after shutdown_write discards what still comes", "[half_close][E12]") {
    half_close_test<hooked::lines> t(AF_INET);
    t.channel.shutdown_write();
    t.run_until("our end is read", [&] { return t.peer.ended(); });
    t.channel.close_when_done();
    t.peer.send("late\n");
    t.peer.close();
    t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
    CHECK(t.channel.got.empty());
    CHECK_FALSE(t.channel.reason);
}

TEST_CASE("a dispatcher that wanted to write is left alone after shutdown_write", "[half_close]") {
    half_close_test<hooked::dispatcher> t(AF_UNIX);
    int writes = 0;
    t.channel.wants_write = true;
    t.channel.on_write = [&] { ++writes; };
    t.channel.interest_changed();
    t.run_until("it may write", [&] { return writes > 0; });
    t.channel.shutdown_write();
    t.run_until("our end is read", [&] { return t.peer.ended(); });
    const auto before = writes;
    t.iterate(20);
    CHECK(writes == before);
    t.peer.send("still read");
    t.run_until("it is read", [&] { return t.channel.input == "still read"; });
}
