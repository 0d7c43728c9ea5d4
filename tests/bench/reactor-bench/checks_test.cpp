// What a benchmark must not take for a result: a loop that loses, invents or changes something.
#include "bench/reactor-bench/benchmark.hpp"
#include "bench/reactor-bench/cases/client.hpp"
#include "bench/reactor-bench/cases/ping_pong.hpp"
#include "bench/reactor-bench/cases/posts.hpp"
#include "bench/reactor-bench/cases/ring.hpp"
#include "bench/reactor-bench/cases/timers.hpp"

#include "support/catch.hpp"

#include <sys/socket.h>

#include <chrono>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

using namespace reactor_bench;
using Catch::Matchers::ContainsSubstring;

namespace {

const benchmark& named(const std::string& name) {
    for (const auto& each : benchmarks()) {
        if (each.name == name)
            return each;
    }
    throw std::out_of_range(name);
}

setting with(std::initializer_list<std::pair<std::string, std::uint64_t>> values) {
    setting chosen;
    for (const auto& [name, value] : values)
        chosen.add(name, value);
    return chosen;
}

/// What a faulty ring does with the bytes of its only pair.
class faulty_ring : public ring {
public:
    explicit faulty_ring(std::vector<socket_pair> sockets) : sockets_(std::move(sockets)) {}

protected:
    [[nodiscard]] int reader() const { return sockets_[0].reader.get(); }
    [[nodiscard]] int writer() const { return sockets_[0].writer.get(); }

private:
    std::vector<socket_pair> sockets_;
};

template <class Fault>
peer peer_with(Fault) {
    return {.name = "faulty",
            .version = "0",
            .make_ring = [](std::vector<socket_pair> sockets) -> std::unique_ptr<ring> {
                class with_fault final : public faulty_ring {
                public:
                    using faulty_ring::faulty_ring;
                    void run(ring_work& work) override { Fault{}(reader(), writer(), work); }
                };
                return std::make_unique<with_fault>(std::move(sockets));
            }};
}

const auto one_pair = with({{"pairs", 1}, {"active", 1}, {"writes", 3}});

} // namespace

TEST_CASE("a ring that loses bytes is no result", "[checks]") {
    const auto by = peer_with([](int, int, ring_work&) {});
    CHECK_THROWS_WITH(named("ring").measure(by, one_pair),
                      ContainsSubstring("4 of 4 bytes are lost"));
}

TEST_CASE("a ring that changes a byte is no result", "[checks]") {
    const auto by = peer_with([](int, int, ring_work& work) { (void)work.received('?'); });
    CHECK_THROWS_WITH(named("ring").measure(by, one_pair), ContainsSubstring("another byte"));
}

TEST_CASE("a ring that makes up a byte is no result", "[checks]") {
    const auto by = peer_with([](int, int writer, ring_work& work) {
        CHECK(::send(writer, "*", 1, MSG_NOSIGNAL) == 1);
        while (!work.done())
            (void)work.received('*');
    });
    CHECK_THROWS_WITH(named("ring").measure(by, one_pair), ContainsSubstring("left over"));
}

TEST_CASE("a ping-pong takes its own block for right and nothing else", "[checks]") {
    ping_pong_work work{.block = "abcdef", .left = 12, .positions = {0, 0}, .failed = {}};
    CHECK(work.received(0, "abcd"));
    CHECK(work.received(1, "ab"));
    CHECK(work.received(0, "efab")); // where it left off, and over the end
    CHECK_FALSE(work.failed);
    SECTION("until all is received") {
        CHECK_FALSE(work.received(1, "cd"));
        CHECK(work.done());
        CHECK_FALSE(work.failed);
    }
    SECTION("until something else comes") {
        CHECK_FALSE(work.received(1, "c?"));
        CHECK(work.done());
        CHECK_THROWS_WITH(work.failed.rethrow(), ContainsSubstring("other bytes"));
    }
}

TEST_CASE("a client accepts what is expected and nothing else", "[checks]") {
    auto pairs = make_tcp_pairs(1);
    client far(std::move(pairs[0].writer));
    client near(std::move(pairs[0].reader));
    const auto arrive = [&](std::string_view what) {
        bool has = false;
        near.begin_again();
        struct nobody {
            void turn() {}
        } server;
        meter unused;
        turn_until(server, unused, "nothing came", [&] { return has = near.has(what); });
        return has;
    };
    far.send("one\n");
    CHECK(arrive("one\n"));
    near.expect_nothing();
    SECTION("nor anything different") {
        far.send("two\n");
        CHECK_THROWS_WITH(arrive("one\n"), ContainsSubstring("other bytes"));
    }
    SECTION("nor more") {
        far.send("one\nand");
        CHECK_THROWS_WITH(arrive("one\n"), ContainsSubstring("other bytes"));
    }
    SECTION("nor the end") {
        far.close();
        CHECK_THROWS_WITH(arrive("one\n"), ContainsSubstring("ended"));
    }
}

TEST_CASE("a server that never answers is given up", "[checks]") {
    struct mute {
        void turn() { ++turns; }
        int turns = 0;
    } server;
    meter used;
    CHECK_THROWS_WITH(
        turn_until(
            server, used, "a line is lost", [] { return false; }, std::chrono::milliseconds{5}),
        ContainsSubstring("a line is lost"));
    CHECK(server.turns > 0);
}

TEST_CASE("timers that fire though cancelled are no result", "[checks]") {
    class deaf final : public timer_set {
    public:
        deaf(std::size_t count, timer_log& log) : count_(count), log_(log) {}
        void add(std::size_t, std::chrono::milliseconds) override {}
        void cancel(std::size_t) override {}
        void run() override {
            for (std::size_t i = 0; i < count_; ++i)
                log_.note(i);
        }

    private:
        std::size_t count_;
        timer_log& log_;
    };
    peer by{.name = "deaf", .version = "0"};
    by.make_timers = [](std::size_t count, timer_log& log) -> std::unique_ptr<timer_set> {
        return std::make_unique<deaf>(count, log);
    };
    CHECK_THROWS_WITH(named("timers").measure(by, with({{"timers", 4}})),
                      ContainsSubstring("fired though cancelled"));
}

TEST_CASE("posts that run another function are no result", "[checks]") {
    class forgetful final : public post_target {
    public:
        explicit forgetful(post_log& log) : log_(log) {}
        void post(std::uint64_t) override {}
        void run() override {
            while (!log_.done())
                log_.note(0); // the right number of functions, but always the first
        }

    private:
        post_log& log_;
    };
    peer by{.name = "forgetful", .version = "0"};
    by.make_post_target = [](post_log& log) -> std::unique_ptr<post_target> {
        return std::make_unique<forgetful>(log);
    };
    CHECK_THROWS_WITH(named("posts").measure(by, with({{"threads", 1}, {"posts", 3}})),
                      ContainsSubstring("lost, doubled or changed"));
}
