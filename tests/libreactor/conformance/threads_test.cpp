// Several loops, each in its thread: connections that go from one to another, references across
// threads, stops from anywhere.
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"

#include "hooked_channels.hpp"
#include "loop_threads.hpp"

#include <reactor/error.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using reactor::unique_fd;
using support::loop_fixture;
using support::loop_thread;
using support::make_socket_pair;
using support::scripted_peer;

namespace {

/// Says whose it is, then repeats what it hears.
class parrot : public reactor::async_chat {
public:
    parrot(reactor::loop& owner, unique_fd fd, const std::string& name)
        : async_chat(owner, std::move(fd)), name_(name) {
        set_terminator("\n");
        push("I am of " + name_ + "\n");
    }
    [[nodiscard]] const char* class_name() const noexcept override { return "parrot"; }

protected:
    void handle_line(std::string_view line) override {
        push(name_ + " heard " + std::string(line) + "\n");
    }

private:
    std::string name_;
};

/// Hands what it accepts to several loops in turn.
class round_robin : public reactor::dispatcher {
public:
    round_robin(reactor::loop& owner, std::vector<reactor::loop_handle> loops)
        : dispatcher(owner), loops_(std::move(loops)) {
        listen_on(reactor::endpoint::loopback_v4(0));
    }
    [[nodiscard]] const char* class_name() const noexcept override { return "round_robin"; }

    std::size_t refused = 0;

protected:
    void handle_accepted(unique_fd fd, const reactor::endpoint&) override {
        const auto which = next_++ % loops_.size();
        refused += !loops_[which].spawn<parrot>(std::move(fd), "loop " + std::to_string(which));
    }

private:
    std::vector<reactor::loop_handle> loops_;
    std::size_t next_ = 0;
};

/// Throws what it is given, after it has taken its descriptor.
class stillborn : public reactor::dispatcher {
public:
    stillborn(reactor::loop& owner, unique_fd fd) : dispatcher(owner, std::move(fd)) {
        throw std::runtime_error("stillborn");
    }
};

} // namespace

TEST_CASE("connections are handed to two loops in turn and none is lost", "[threads]") {
    constexpr std::size_t count = 60;
    std::array<loop_thread, 2> loops;
    loop_fixture f;
    round_robin acceptor(f.loop, {loops[0].handle(), loops[1].handle()});
    std::vector<std::unique_ptr<scripted_peer>> peers;
    for (std::size_t i = 0; i < count; ++i) {
        peers.push_back(std::make_unique<scripted_peer>(acceptor.local_address()));
        peers.back()->send(std::to_string(i) + "\n");
        f.also_pump(*peers.back());
        f.iterate(); // they are accepted in this order
    }
    std::array<std::size_t, 2> served{};
    for (std::size_t i = 0; i < count; ++i) {
        const auto end = " heard " + std::to_string(i) + "\n";
        f.run_until("every guest is answered", [&] { return peers[i]->received().ends_with(end); });
        for (std::size_t which = 0; which < served.size(); ++which) {
            const auto name = "loop " + std::to_string(which);
            served[which] += peers[i]->received() == "I am of " + name + "\n" + name + end;
        }
    }
    CHECK(served == std::array<std::size_t, 2>{count / 2, count / 2});
    for (auto& loop : loops) {
        CHECK(loop.call([](reactor::loop& l) { return l.size(); }) == count / 2);
        loop.end(); // closes them
        CHECK(loop.findings() == 0);
    }
    for (auto& peer : peers)
        f.run_until("all are closed", [&] { return peer->ended() || peer->error() != 0; });
    CHECK(acceptor.refused == 0);
}

TEST_CASE("a connection handed to a loop that is gone is closed", "[threads]") {
    loop_fixture f;
    loop_thread other;
    other.end();
    round_robin acceptor(f.loop, {other.handle()});
    scripted_peer peer(acceptor.local_address());
    f.pump({&peer});
    f.run_until("it is closed", [&] { return peer.ended() || peer.error() != 0; });
    CHECK(acceptor.refused == 1);
    CHECK(peer.received().empty());
}

TEST_CASE("a connection whose loop is destroyed before it came to it is closed", "[threads]") {
    loop_fixture f;
    auto pair = make_socket_pair(AF_UNIX);
    scripted_peer peer(std::move(pair.theirs));
    f.pump({&peer});
    std::optional<reactor::loop> never_run(std::in_place);
    CHECK(never_run->handle().spawn<parrot>(std::move(pair.ours), "nobody"));
    CHECK(never_run->has_work());
    f.iterate();
    CHECK_FALSE(peer.ended());
    never_run.reset();
    f.run_until("it is closed", [&] { return peer.ended(); });
    CHECK(peer.received().empty());
}

TEST_CASE("what a handed-over channel's constructor throws goes to its loop", "[threads]") {
    loop_fixture f;
    loop_thread other;
    std::atomic<int> errors = 0;
    other.call([&](reactor::loop& loop) {
        loop.on_error([&](const std::exception_ptr& error) {
            errors +=
                hooked::what_of(error) == "stillborn" && std::this_thread::get_id() == other.id();
        });
    });
    auto pair = make_socket_pair(AF_UNIX);
    scripted_peer peer(std::move(pair.theirs));
    f.pump({&peer});
    CHECK(other.handle().spawn<stillborn>(std::move(pair.ours)));
    f.run_until("it is closed", [&] { return peer.ended(); });
    CHECK(other.call([](reactor::loop& loop) { return loop.size(); }) == 0);
    CHECK(errors == 1);
}

TEST_CASE("a reference among the arguments of a hand-over is passed as one", "[threads]") {
    struct witness : reactor::dispatcher {
        witness(reactor::loop& owner, int& seen, std::unique_ptr<int> value) : dispatcher(owner) {
            seen = *value;
        }
    };
    reactor::loop loop;
    int seen = 0;
    CHECK(loop.handle().spawn<witness>(std::ref(seen), std::make_unique<int>(7)));
    CHECK(seen == 0);
    loop.run_once();
    CHECK(seen == 7);
}

// --- a live channel goes to another loop ---

namespace {

/// What a traveller holds.
struct luggage {
    std::string input;
    bool discarding = false;
    std::vector<std::string> output;
    int lines = 0;
};

/// Counts its lines; the line `move` takes it to another loop, with all that it holds.
class traveller : public reactor::async_chat {
public:
    traveller(reactor::loop& owner, unique_fd fd, reactor::loop_handle target, luggage held = {})
        : async_chat(owner, std::move(fd)), target_(std::move(target)), lines_(held.lines) {
        set_terminator("\n");
        for (const auto& piece : held.output)
            push(piece);
        restore_input(held.input, held.discarding);
    }
    [[nodiscard]] const char* class_name() const noexcept override { return "traveller"; }

protected:
    void handle_line(std::string_view line) override {
        ++lines_;
        if (line == "much")
            push(std::string(1024 * 1024, '.') + "\n");
        push(std::to_string(lines_) + " " + std::string(line) + "\n");
        if (line != "move")
            return;
        pause_reading(); // what comes behind this line stays in the channel
        owner().post(ref(), [](dispatcher& me) { static_cast<traveller&>(me).move(); });
    }

private:
    void move() {
        luggage held{held_input(), discarding_line(), unsent_output(), lines_};
        auto back = owner().handle();
        target_.spawn<traveller>(detach(), std::move(back), std::move(held));
    }

    reactor::loop_handle target_;
    int lines_;
};

} // namespace

TEST_CASE("a live channel moves to another loop and back and loses no byte", "[threads]") {
    loop_fixture f;
    loop_thread other;
    auto pair = make_socket_pair(AF_UNIX);
    scripted_peer peer(std::move(pair.theirs));
    f.pump({&peer});
    f.loop.spawn<traveller>(std::move(pair.ours), other.handle());
    peer.never_read(); // so that it has output to carry along
    peer.send("much\nmove\nhere\nha");
    f.run_until("it is gone", [&] { return f.loop.size() == 0; });
    other.wait_for("it is there", [](reactor::loop& loop) { return loop.size() == 1; });
    peer.send("lf\nmove\nback\n");
    f.run_until("it has come back", [&] { return f.loop.size() == 1; });
    peer.read_again();
    const auto expected =
        std::string(1024 * 1024, '.') + "\n1 much\n2 move\n3 here\n4 half\n5 move\n6 back\n";
    f.run_until("all has come", [&] { return peer.received().size() >= expected.size(); });
    CHECK(peer.received() == expected);
    f.loop.close_all();
    f.iterate();
}
