// The simulated world's bad days, through the calls that a program makes.
#include "sim_calls.hpp"

#include <reactor/reactor.hpp>
#include <reactor/sim/world.hpp>

#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using reactor::sim::call;
using reactor::sim::chaos;
using reactor::sim::world;

namespace {

/// Sends back what it gets.
struct echo : reactor::async_chat {
    echo(reactor::loop& owner, int fd) : async_chat(owner, reactor::unique_fd{fd}) {}
    void collect_incoming_data(std::string_view data) override { push(data); }
};

std::string much_text() {
    std::string text;
    for (int i = 0; i < 2000; ++i)
        text += "line " + std::to_string(i) + '\n';
    return text;
}

/// What a day did to one conversation.
struct story {
    std::string received;
    std::vector<std::string> segments;
    std::string trace;
    bool ended = false;
};

story converse(std::uint64_t seed, const chaos& what) {
    world w(seed);
    w.set_chaos(what);
    reactor::loop loop;
    auto pair = w.connect_pair();
    echo channel(loop, pair.fd);
    const auto text = much_text();
    for (std::size_t at = 0; at < text.size(); at += 700)
        pair.other.send(std::string_view(text).substr(at, 700));
    pair.other.half_close();
    story told;
    told.ended = w.run_until(
        loop, [&] { return pair.other.ended() || pair.other.was_reset(); }, 60s);
    told.received = pair.other.received();
    told.segments = pair.other.segments();
    told.trace = w.trace();
    CHECK(w.problems().empty());
    return told;
}

/// What `function` writes to standard error.
template <class F>
std::string written_to_stderr(F&& function) {
    std::FILE* const file = std::tmpfile();
    REQUIRE(file != nullptr);
    const int before = ::dup(STDERR_FILENO); // not a unique_fd: that closes in a world
    ::dup2(::fileno(file), STDERR_FILENO);
    function();
    ::dup2(before, STDERR_FILENO);
    ::close(before);
    std::array<char, 200> text{};
    const auto size = ::pread(::fileno(file), text.data(), text.size(), 0);
    std::fclose(file);
    return {text.data(), static_cast<std::size_t>(size)};
}

} // namespace

TEST_CASE("a bad day loses and reorders nothing", "[sim][chaos]") {
    const auto text = much_text();
    std::size_t pieces = 0;
    for (const auto seed : world::seeds(30)) {
        CAPTURE(seed);
        const auto told = converse(seed, {});
        CHECK(told.ended);
        CHECK(told.received == text);
        pieces += told.segments.size();
    }
    if (std::getenv("REACTOR_SIM_SEED") == nullptr)
        CHECK(pieces > 100);
}

TEST_CASE("a bad day can be played again", "[sim][chaos]") {
    const auto once = converse(5, {});
    const auto again = converse(5, {});
    const auto other = converse(6, {});
    CHECK(once.trace == again.trace);
    CHECK(once.segments == again.segments);
    CHECK(once.segments != other.segments);
}

TEST_CASE("a fine day is as if there were no chaos", "[sim][chaos]") {
    const auto plain = [] {
        world w(3);
        reactor::loop loop;
        auto pair = w.connect_pair();
        echo channel(loop, pair.fd);
        pair.other.send("hello");
        w.run_for(loop, 1s);
        return std::pair(pair.other.received(), w.trace());
    };
    const auto fine = [] {
        world w(3);
        w.set_chaos(chaos::none());
        reactor::loop loop;
        auto pair = w.connect_pair();
        echo channel(loop, pair.fd);
        pair.other.send("hello");
        w.run_for(loop, 1s);
        return std::pair(pair.other.received(), w.trace());
    };
    CHECK(plain() == fine());
    CHECK(plain().first == "hello");
}

TEST_CASE("each kind of chaos comes by itself", "[sim][chaos]") {
    const auto text = much_text();
    const auto one = [](auto set) {
        auto what = chaos::none();
        set(what);
        return what;
    };
    const std::vector<chaos> kinds{
        one([](chaos& c) { c.short_reads = 0.9; }), one([](chaos& c) { c.short_writes = 0.9; }),
        one([](chaos& c) { c.refusals = 0.9; }), one([](chaos& c) { c.interrupts = 0.9; }),
        one([](chaos& c) { c.most_delay = 1s; })};
    const auto calm = converse(1, chaos::none());
    for (const auto& kind : kinds) {
        const auto told = converse(1, kind);
        CHECK(told.received == text);
        CHECK(told.ended);
        CHECK(told.trace != calm.trace);
    }
}

TEST_CASE("a connection that breaks is reset on both ends", "[sim][chaos]") {
    world w(1);
    auto what = chaos::none();
    what.resets = 1;
    w.set_chaos(what);
    auto pair = w.connect_pair();
    CHECK(sim_calls::error_of(reactor::system::send(pair.fd, "x", 1)) == ECONNRESET);
    CHECK(pair.other.was_reset());
    CHECK_FALSE(pair.other.send("y"));
    auto second = w.connect_pair();
    CHECK_FALSE(second.other.send("y"));
    char byte = 0;
    CHECK(sim_calls::error_of(reactor::system::recv(second.fd, {&byte, 1}, 0)) == ECONNRESET);
}

TEST_CASE("what was sent before a close arrives all the same", "[sim][chaos]") {
    world w(1);
    auto what = chaos::none();
    what.most_delay = 100ms;
    w.set_chaos(what);
    auto pair = w.connect_pair();
    for (const char* word : {"one ", "two ", "three"})
        REQUIRE(reactor::system::send(pair.fd, word, std::string_view(word).size()).ok());
    reactor::system::close(pair.fd);
    CHECK(pair.other.received().empty());
    CHECK_FALSE(pair.other.ended());
    w.advance(300ms);
    CHECK(pair.other.received() == "one two three");
    CHECK(pair.other.ended());
}

TEST_CASE("a peer that outlives its world is harmless on a bad day too", "[sim][chaos]") {
    reactor::sim::peer survivor;
    {
        world w(1);
        w.set_chaos({});
        auto pair = w.connect_pair();
        survivor = std::move(pair.other);
        CHECK(survivor.send("on its way"));
    }
    survivor.send("nowhere");
    survivor.close();
    CHECK_FALSE(survivor.is_open());
}

TEST_CASE("run_for and run_until let virtual time pass", "[sim]") {
    world w;
    reactor::loop loop;
    int ticks = 0;
    reactor::timer tick(loop, [&] { ++ticks; });
    tick.start_every(1s);
    w.run_for(loop, 3500ms);
    CHECK(ticks == 3);
    CHECK(w.elapsed() == 3500ms);
    CHECK(w.run_until(loop, [&] { return ticks == 5; }));
    CHECK(w.elapsed() == 5s);
    CHECK_FALSE(w.run_until(
        loop, [] { return false; }, 2s));
    CHECK(w.elapsed() == 7s);
}

TEST_CASE("the seeds to try are the first ones or the one to replay", "[sim]") {
    if (std::getenv("REACTOR_SIM_SEED") != nullptr)
        SKIP("REACTOR_SIM_SEED is set");
    CHECK(world::seeds(3) == std::vector<std::uint64_t>{1, 2, 3});
    ::setenv("REACTOR_SIM_SEED", "42", 1);
    CHECK(world::seeds(3) == std::vector<std::uint64_t>{42});
    ::unsetenv("REACTOR_SIM_SEED");
}

TEST_CASE("a world that an exception destroys prints its seed", "[sim]") {
    const auto text = written_to_stderr([] {
        try {
            const world w(77);
            throw std::runtime_error("a failed assertion");
        } catch (const std::runtime_error&) {}
    });
    CHECK(text == "reactor::sim: seed 77 (set REACTOR_SIM_SEED=77 to replay)\n");
    CHECK(written_to_stderr([] { const world w(78); }).empty());
}
