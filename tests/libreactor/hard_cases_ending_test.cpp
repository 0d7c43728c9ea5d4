// How channels end: once, for every cause, and without cutting off what was said last; over the
// simulated world.
#include "support/sim_stage.hpp"

#include <cerrno>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

using namespace sim_test;
using reactor::errc;

namespace {

/// A chat that throws again when it hears of an exception.
class fragile : public chat {
public:
    using chat::chat;

protected:
    void handle_error(std::exception_ptr) override {
        throw std::runtime_error("thrown again by the test");
    }
};

template <class Channel>
struct line_of {
    explicit line_of(stage& s) : line_of(s.w.connect_pair(), s) {}
    line_of(connected_pair pair, stage& s)
        : other(std::move(pair.other)), channel(s.loop, pair.fd), seen(channel.seen) {
        s.turn();
    }
    /// Makes the channel do something in its own handler.
    void in_handler(stage& s, std::function<void(chat&)> action) {
        channel.on_line = [action = std::move(action)](chat& me, const std::string&) {
            action(me);
        };
        other.send("go\n");
        s.turn();
    }
    /// A goodbye that the peer has read, and now the channel waits for the peer's end.
    void begin_lingering(stage& s) {
        channel.push("bye\n");
        channel.close_when_done();
        s.turn();
        REQUIRE(other.received() == "bye\n");
        REQUIRE(other.ended());
        REQUIRE(seen->closes == 0);
    }

    peer other;
    Channel channel;
    std::shared_ptr<record> seen;
};

using chat_line = line_of<chat>;

void throw_from(chat&) { throw std::runtime_error("thrown by the test"); }

/// Time for all limits, and nothing more happens.
template <class Line>
void expect_one_close(stage& s, const Line& l, std::error_code reason) {
    s.w.set_wait_limit(1000);
    s.pass(40s);
    CHECK(l.seen->closes == 1);
    CHECK(l.seen->reason == reason);
    CHECK_FALSE(l.channel.is_open());
    CHECK(s.loop.size() == 0);
    s.no_findings();
}

const reactor::output_limits strict_limits = [] {
    reactor::output_limits limits;
    limits.hard_limit = 1'000'000;
    limits.no_progress = 5s;
    return limits;
}();

} // namespace

TEST_CASE("handle_close comes once for each end that the program chose", "[loop][close]") {
    stage s;
    chat_line l(s);
    std::error_code reason;
    SECTION("close") { l.channel.close(); }
    SECTION("close with a reason") { l.channel.close(reason = system_code(EPERM)); }
    SECTION("close twice: the first reason counts") {
        l.channel.close(reason = system_code(EPERM));
        l.channel.close();
    }
    SECTION("close in a handler") {
        l.in_handler(s, [](chat& me) { me.close(); });
    }
    SECTION("close in a handler that then throws") {
        l.in_handler(s, [](chat& me) {
            me.close();
            throw_from(me);
        });
    }
    SECTION("close in the end's handler") {
        l.channel.on_eof = [](chat& me) { me.close(); };
        l.other.close();
    }
    SECTION("close while closing when done") {
        l.channel.close_when_done();
        l.channel.close(reason = system_code(EPERM));
    }
    SECTION("close_all") {
        reason = system_code(EPERM);
        s.loop.close_all(reason);
        s.loop.close_all();
    }
    SECTION("close_when_done and the peer's end") {
        l.channel.close_when_done();
        s.turn();
        l.other.close();
    }
    SECTION("close by post") {
        s.loop.post(l.channel.ref(), [](reactor::dispatcher& channel) { channel.close(); });
    }
    expect_one_close(s, l, reason);
}

TEST_CASE("handle_close comes once for each end that the peer chose", "[loop][close]") {
    stage s;
    chat_line l(s);
    std::error_code reason;
    SECTION("its end") { l.other.half_close(); }
    SECTION("its close") { l.other.close(); }
    SECTION("its close with output on the way") {
        l.channel.push("never read\n"); // the kernel takes it: nobody can know
        l.other.close();
    }
    SECTION("its reset") {
        l.other.reset();
        reason = system_code(ECONNRESET);
    }
    SECTION("its reset in the face of output") {
        l.other.stop_reading();
        l.channel.push(std::string(500'000, 'x'));
        s.turn();
        l.other.reset();
        reason = system_code(ECONNRESET);
    }
    s.turn(3);
    expect_one_close(s, l, reason);
}

TEST_CASE("handle_close comes once for each error and limit", "[loop][close]") {
    stage s;
    chat_line l(s);
    l.channel.set_output_limits(strict_limits);
    std::error_code reason = system_code(EIO);
    SECTION("a receive") {
        s.w.faults().fail(call::recv, EIO);
        l.other.send("x");
    }
    SECTION("a send") {
        s.w.faults().fail(call::send, EIO);
        l.channel.push("x");
    }
    SECTION("a send of the program's own") {
        s.w.faults().fail(call::send, EIO);
        CHECK(l.channel.send("x").ec == system_code(EIO));
    }
    SECTION("the deadline") {
        l.channel.set_deadline(1s);
        reason = std::make_error_code(std::errc::timed_out);
    }
    SECTION("the hard limit of its output") {
        l.channel.push(std::string(1'000'001, 'x'));
        reason = errc::output_limit;
    }
    SECTION("no progress of its output") {
        l.other.stop_reading();
        l.channel.push(std::string(500'000, 'x'));
        reason = errc::no_progress;
    }
    SECTION("a peer that never ends") {
        l.channel.close_when_done();
        reason = errc::linger_limit;
    }
    s.turn(3);
    expect_one_close(s, l, reason);
}

TEST_CASE("handle_close comes once after what handlers throw", "[loop][close][E41]") {
    stage s;
    const auto reason = std::make_error_code(std::errc::interrupted);
    SECTION("from a handler") {
        chat_line l(s);
        l.in_handler(s, throw_from);
        expect_one_close(s, l, reason);
    }
    SECTION("from the error handler too") {
        line_of<fragile> l(s);
        l.in_handler(s, throw_from);
        expect_one_close(s, l, reason);
    }
    SECTION("from the end's handler") {
        chat_line l(s);
        l.channel.on_eof = throw_from;
        l.other.close();
        s.turn(3);
        expect_one_close(s, l, reason);
    }
    SECTION("from the deadline's handler") {
        chat_line l(s);
        l.channel.on_timeout = throw_from;
        l.channel.set_deadline(1s);
        s.pass(2s);
        expect_one_close(s, l, reason);
    }
    SECTION("from handle_close itself") {
        chat_line l(s);
        l.channel.on_close = [](chat& me, std::error_code) { throw_from(me); };
        s.loop.on_error([](std::exception_ptr) {});
        l.channel.close(reason);
        expect_one_close(s, l, reason);
    }
}

TEST_CASE("handle_close does not come to a channel that is gone", "[loop][close]") {
    auto seen = std::make_shared<record>();
    peer other;
    bool lives = true;
    {
        stage s;
        auto pair = s.w.connect_pair();
        other = std::move(pair.other);
        auto channel = std::make_unique<chat>(s.loop, pair.fd);
        channel->seen = seen;
        s.turn();
        SECTION("destroyed") { channel.reset(); }
        SECTION("closed and destroyed") {
            channel->close();
            channel.reset();
        }
        SECTION("destroyed in its handler") {
            channel->on_line = [&channel](chat&, const std::string&) { channel.reset(); };
            other.send("x\n");
        }
        SECTION("detached") { (void)channel->detach(); }
        SECTION("open when the loop ends") { lives = false; }
        if (lives)
            s.turn(3);
        s.loop.adopt(channel ? std::move(channel) : std::make_unique<chat>(s.loop));
    }
    CHECK(seen->closes == 0);
}

TEST_CASE("an owned channel is destroyed after its one handle_close", "[loop][close]") {
    stage s;
    auto [fd, other] = s.w.connect_pair();
    auto& channel = s.loop.spawn<chat>(fd);
    const auto seen = channel.seen;
    s.turn();
    const auto end = GENERATE(0, 1, 2);
    if (end == 0)
        channel.close();
    if (end == 1)
        other.close();
    if (end == 2)
        other.reset();
    s.turn(2);
    CHECK(seen->closes == 1);
    CHECK(seen.use_count() == 1);
    CHECK(s.loop.counters().destroyed == 1);
    CHECK_FALSE(s.w.is_open(fd));
}

TEST_CASE("a goodbye is read by a peer that goes on talking", "[loop][E12]") {
    stage s;
    chat_line l(s);
    l.channel.pause_reading();
    l.other.send(std::string(10'000, 'x'));
    l.channel.push("bye\n");
    l.channel.close_when_done();
    s.turn(2);
    l.other.send(std::string(10'000, 'x') + '\n');
    s.turn(3);
    CHECK(l.other.received() == "bye\n");
    CHECK(l.other.ended());
    CHECK_FALSE(l.other.was_reset());
    CHECK(l.seen->lines.empty());
    CHECK(l.seen->closes == 0);
    l.other.close();
    s.turn(2);
    CHECK(l.seen->eofs == 0);
    expect_one_close(s, l, {});
}

TEST_CASE("a lingering channel discards less than 64 KiB", "[loop][E12]") {
    const bool too_much = GENERATE(false, true);
    stage s;
    chat_line l(s);
    l.begin_lingering(s);
    l.other.send(std::string(64U * 1024 - (too_much ? 0 : 1), 'x'));
    l.other.half_close();
    s.turn(5);
    expect_one_close(s, l, too_much ? errc::linger_limit : std::error_code{});
}

TEST_CASE("a lingering channel waits two seconds whatever the peer does", "[loop][E12]") {
    stage s;
    chat_line l(s);
    std::optional<nanoseconds> ended;
    l.channel.on_close = [&](chat&, std::error_code) { ended = s.w.elapsed(); };
    l.begin_lingering(s);
    SECTION("nothing") {}
    SECTION("sends a byte now and then") {
        for (int i = 1; i < 30; ++i)
            s.w.at(i * 100ms, [&l] { l.other.send("x"); });
    }
    SECTION("makes the program move the deadline") {
        for (int i = 1; i < 30; ++i)
            s.w.at(i * 100ms, [&l] { l.channel.set_deadline(10s); });
        l.channel.clear_deadline();
    }
    s.pass(5s);
    CHECK(ended == 2s);
    expect_one_close(s, l, errc::linger_limit);
}

TEST_CASE("a reset of a lingering channel is a clean end", "[loop][E12]") {
    stage s;
    chat_line l(s);
    l.begin_lingering(s);
    l.other.reset();
    s.turn(2);
    expect_one_close(s, l, {});
}

TEST_CASE("all output leaves before a lingering channel ends its side", "[async_chat][E11][E12]") {
    stage s;
    chat_line l(s);
    const std::string text(300'000, 'x');
    l.other.stop_reading();
    SECTION("closed by the program") {
        l.channel.push(text);
        l.channel.close_when_done();
    }
    SECTION("ended by the peer") {
        l.in_handler(s, [&text](chat& me) { me.push(text); });
        l.other.half_close();
    }
    s.turn(3);
    CHECK_FALSE(l.channel.push("too late"));
    CHECK(l.seen->closes == 0);
    l.other.resume_reading();
    s.turn(10);
    CHECK(l.other.received() == text);
    CHECK(l.other.ended());
    l.other.close();
    expect_one_close(s, l, {});
}
