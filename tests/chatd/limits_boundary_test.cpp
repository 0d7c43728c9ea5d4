// Limits at their very boundaries, over the simulated system: its clock moves only when the server
// waits, and its buffers hold exactly what they are told to.
#include "chatd/server.hpp"
#include "chatd/session.hpp"
#include "support/sim_stage.hpp"

#include <cstddef>
#include <string>

using namespace sim_test;
using chatd::incident;

namespace {

constexpr nanoseconds tick = 1ns; // the simulated clock is that exact

/// Limits of which none but the one to be tested is near.
chatd::limits roomy() {
    chatd::limits limit;
    limit.flood.rate = 0;
    limit.login_timeout = {};
    limit.no_progress = {};
    limit.newcomer_hold = {};
    return limit;
}

/// A server on simulated connections.
class simulated_server {
public:
    explicit simulated_server(const chatd::limits& limit) : server_(stage_.loop, limit, quiet_) {
        std::string why;
        REQUIRE(server_.listen({{*chatd::listen_spec::parse("127.0.0.1:0")}}, why));
    }

    peer connect() {
        peer made = stage_.w.connect(server_.listeners().addresses().front());
        stage_.turn(2);
        REQUIRE(made.take() == "Connect Success");
        return made;
    }
    peer log_in(const std::string& name) {
        peer made = connect();
        made.send("login " + name + "\n");
        stage_.turn(2);
        REQUIRE(made.take() == "Login Success");
        return made;
    }
    /// Says a line, which is so long for each member, the speaker's name and all.
    void say(peer& speaker, const std::string& name, std::size_t size) {
        const std::string around = name + ": \n";
        REQUIRE(size >= around.size());
        speaker.send("say " + std::string(size - around.size(), 'x') + "\n");
        stage_.turn(4);
    }
    /// What is pending for a member; the kernel has the rest.
    [[nodiscard]] std::size_t pending(const std::string& name) {
        const auto* const found = server_.find(name);
        return found != nullptr ? found->output_size() : 0;
    }
    [[nodiscard]] bool is_here(const std::string& name) { return server_.find(name) != nullptr; }
    [[nodiscard]] std::uint64_t count_of(incident what) const { return server_.counts().of(what); }
    [[nodiscard]] std::size_t connections() const { return server_.connections(); }
    void pass(nanoseconds time) { stage_.pass(time); }
    void turn() { stage_.turn(2); }

private:
    stage stage_;
    chatd::logger quiet_{[](std::string_view) {}};
    chatd::server server_;
};

/// A member that does not read, for which nothing goes into the kernel any more, and one that
/// speaks.
struct stalled_room : simulated_server {
    explicit stalled_room(const chatd::limits& limit) : simulated_server(limit) {
        stalled.stop_reading();
        while (pending("stalled") == 0)
            say(talker, "a", 1024);
        stalled.take();
    }

    peer stalled = log_in("stalled");
    peer talker = log_in("a");
};

} // namespace

TEST_CASE("a reader may have as much pending as the hard limit and no more", "[chatd][limits]") {
    REQUIRE(world::is_linked());
    auto limit = roomy();
    limit.hard_limit = 64 * chatd::kib;
    limit.soft_limit = 32 * chatd::kib;
    for (const std::size_t target :
         {limit.hard_limit - 1, limit.hard_limit, limit.hard_limit + 1}) {
        INFO(target << " bytes");
        stalled_room room{limit};
        while (room.pending("stalled") + 4096 < target)
            room.say(room.talker, "a", 1024);
        const auto missing = target - room.pending("stalled");
        REQUIRE(room.is_here("stalled"));
        room.say(room.talker, "a", missing);
        const bool closed = target > limit.hard_limit;
        CHECK(room.is_here("stalled") == !closed);
        CHECK(room.pending("stalled") == (closed ? 0 : target));
        CHECK(room.count_of(incident::closed_hard_limit) == (closed ? 1 : 0));
        CHECK(room.talker.take().ends_with("stalled has left the room.\n") == closed);
        if (target == limit.hard_limit) { // one byte less of room is too little for any line
            room.say(room.talker, "a", 4);
            CHECK(room.count_of(incident::closed_hard_limit) == 1);
        }
    }
}

TEST_CASE("answers that a reader asked for do not bring it to the hard limit", "[chatd][limits]") {
    auto limit = roomy();
    limit.hard_limit = 64 * chatd::kib;
    limit.soft_limit = 32 * chatd::kib;
    stalled_room room{limit};
    while (room.pending("stalled") + 1024 <= limit.soft_limit)
        room.say(room.talker, "a", 1024);
    std::string questions;
    for (int i = 0; i < 5000; ++i)
        questions += "question\n";
    room.stalled.send(questions);
    room.turn();
    CHECK(room.count_of(incident::wait_output) == 1);
    while (room.pending("stalled") < limit.hard_limit)
        room.say(room.talker, "a", 1024);
    CHECK(room.is_here("stalled"));
}

TEST_CASE("a login counts until the moment of the timeout and not after it", "[chatd][limits]") {
    auto limit = roomy();
    limit.login_timeout = 30s;
    simulated_server s{limit};
    auto silent = s.connect();
    auto late = s.connect();
    s.pass(30s - tick);
    CHECK(s.connections() == 2);
    late.send("login late\n");
    s.turn();
    CHECK(late.take() == "Login Success");
    s.pass(2 * tick);
    CHECK(s.count_of(incident::closed_login_timeout) == 1);
    CHECK(silent.ended());
    s.pass(1h);
    CHECK(s.count_of(incident::closed_login_timeout) == 1);
    CHECK(s.is_here("late"));
}

TEST_CASE("talk before login does not put the timeout off", "[chatd][limits]") {
    auto limit = roomy();
    limit.login_timeout = 30s;
    simulated_server s{limit};
    auto busy = s.connect();
    for (int i = 0; i < 29; ++i) {
        s.pass(1s);
        busy.send("login\n");
    }
    s.pass(1s - tick);
    CHECK(s.count_of(incident::closed_login_timeout) == 0);
    s.pass(2 * tick);
    CHECK(s.count_of(incident::closed_login_timeout) == 1);
}

TEST_CASE("a reader that takes nothing is closed at its time and not before", "[chatd][limits]") {
    auto limit = roomy();
    limit.no_progress = 30s;
    stalled_room room{limit};
    room.pass(30s - tick);
    CHECK(room.is_here("stalled"));
    CHECK(room.count_of(incident::closed_no_progress) == 0);
    room.pass(2 * tick);
    CHECK_FALSE(room.is_here("stalled"));
    CHECK(room.count_of(incident::closed_no_progress) == 1);
    room.pass(1h);
    CHECK(room.is_here("a")); // owes nothing, takes all
    CHECK(room.count_of(incident::closed_no_progress) == 1);
}

TEST_CASE("a reader that takes something just before its time has all of it again",
          "[chatd][limits]") {
    auto limit = roomy();
    limit.no_progress = 30s;
    stalled_room room{limit};
    while (room.pending("stalled") < 200 * chatd::kib)
        room.say(room.talker, "a", 1024);
    room.pass(30s - tick);
    const auto before = room.pending("stalled");
    REQUIRE(room.stalled.read_some(128 * chatd::kib) > 0);
    room.turn();
    REQUIRE(room.pending("stalled") < before);
    REQUIRE(room.pending("stalled") > 0);
    room.pass(30s - tick);
    CHECK(room.is_here("stalled"));
    room.pass(2 * tick);
    CHECK(room.count_of(incident::closed_no_progress) == 1);
}
