// Defects of asyncore that a live system shows only by chance; `defects.md` has all of
// them.
#include "support/sim_stage.hpp"

#include <cerrno>
#include <memory>
#include <string>
#include <vector>

using namespace sim_test;

TEST_CASE("idle channels are not asked and cost no call whatever their number",
          "[asyncore][calls][defect1]") {
    constexpr std::size_t idle = 1000;
    stage s;
    std::vector<std::unique_ptr<following>> others;
    for (std::size_t i = 0; i < idle; ++i)
        others.push_back(std::make_unique<following>(s));
    following busy(s);
    s.turn(3);
    s.w.reset_counts();
    const auto asked = s.loop.counters().asked;
    for (int i = 0; i < 10; ++i) {
        busy.other.send("line\n");
        s.turn();
    }
    CHECK(busy.channel.seen->lines.size() == 10);
    CHECK(s.loop.counters().asked - asked <= 20);
    CHECK(s.w.count(call::recv) == 10);
    CHECK(s.changes() == 0);
}

TEST_CASE("a limit does not close a listener for ever", "[asyncore][listener][defect3]") {
    const int error = GENERATE(EMFILE, ENFILE, ENOBUFS, ENOMEM);
    CAPTURE(error);
    stage s;
    listener server(s.loop);
    s.turn();
    s.w.faults().fail(call::accept, error, {.times = 5});
    const auto client = s.w.connect_to(server.fileno());
    s.turn(3);
    CHECK(server.is_open());
    CHECK(server.errors.size() == 1); // once an episode
    CHECK(server.taken.empty());
    s.pass(10s);
    const auto before = server.taken.size(); // EMFILE may have shed the first
    const auto later = s.w.connect_to(server.fileno());
    s.turn(3);
    CHECK(server.taken.size() == before + 1);
    CHECK(server.closes == 0);
    s.no_findings();
}

TEST_CASE("a connection that is gone before its accept does not close the listener",
          "[asyncore][listener][defect4]") {
    const int error = GENERATE(ECONNABORTED, EPROTO, EAGAIN, ENETDOWN, EHOSTUNREACH);
    CAPTURE(error);
    stage s;
    listener server(s.loop);
    s.turn();
    s.w.faults().fail(call::accept, error);
    const auto client = s.w.connect_to(server.fileno());
    s.turn(3);
    CHECK(server.is_open());
    CHECK(server.errors.empty());
    CHECK(server.taken.size() == 1);
}

TEST_CASE("a connection that the network ends is no error of the program", "[asyncore][defect39]") {
    const int error =
        GENERATE(ETIMEDOUT, EHOSTUNREACH, ENETUNREACH, ENETDOWN, ENETRESET, ECONNRESET);
    CAPTURE(error);
    struct told : chat {
        using chat::chat;
        int errors = 0;
        void handle_error(std::exception_ptr) override { ++errors; }
    };
    stage s;
    auto [fd, other] = s.w.connect_pair();
    told channel(s.loop, fd);
    s.turn();
    s.w.faults().fail(call::recv, error);
    other.send("hello\n");
    s.turn(3);
    CHECK(channel.seen->closes == 1);
    CHECK(channel.seen->reason == system_code(error));
    CHECK(channel.errors == 0);
}
