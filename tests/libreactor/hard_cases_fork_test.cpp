// Forks and children over the simulated world: which calls are made, and which never.
#include "support/sim_stage.hpp"

#include <reactor/child_watch.hpp>
#include <reactor/error.hpp>

#include <cerrno>
#include <memory>
#include <optional>
#include <vector>

using namespace sim_test;
using reactor::child_watch;

namespace {

constexpr int forked_child = 77;

} // namespace

TEST_CASE("a forked child makes a set of its own and tells the shared one nothing", "[fork][E23]") {
    stage s;
    auto one = s.w.connect_pair();
    auto two = s.w.connect_pair();
    chat first(s.loop, one.fd);
    chat second(s.loop, two.fd);
    s.turn(2);
    s.w.set_process_id(forked_child);
    s.w.reset_counts();
    s.loop.after_fork_child();
    CHECK(s.w.count(call::epoll_create) == s.if_epoll(1));
    CHECK(s.w.count(call::kqueue_create) == (s.uses_kqueue() ? 1 : 0));
    CHECK(s.w.count(call::wake_create) == (s.uses_kqueue() ? 0 : 1)); // a kqueue wakes itself
    CHECK(s.changes() == s.if_epoll(3)); // the wake-up and both channels are added, none removed
    one.other.send("x\n");
    two.other.send("y\n");
    s.turn();
    CHECK(first.seen->lines.size() == 1);
    CHECK(second.seen->lines.size() == 1);
    s.no_findings();
}

TEST_CASE("a forked child may only destroy a loop that it did not make its own", "[fork][E23]") {
    std::optional<world> w(std::in_place);
    std::optional<reactor::loop> loop(std::in_place);
    auto pair = w->connect_pair();
    auto channel = std::make_unique<raw>(*loop, pair.fd);
    loop->run_once();
    loop->run_once();
    w->set_process_id(forked_child);
    std::error_code ec;
    try {
        loop->run();
    } catch (const std::system_error& e) {
        ec = e.code();
    }
    CHECK(ec == reactor::errc::forked);
    w->reset_counts();
    channel.reset();
    loop.reset();
    CHECK(w->count(call::epoll_ctl, pair.fd) == 0); // the parent goes on watching it
    CHECK(w->count(call::kevent_change, pair.fd) == 0);
    CHECK_FALSE(w->is_open(pair.fd));
}

TEST_CASE("a fork without descriptors left fails loudly", "[fork][E23]") {
    stage s;
    s.turn();
    s.w.set_process_id(forked_child);
    s.w.faults().fail(s.uses_kqueue() ? call::kqueue_create : call::wake_create, EMFILE);
    CHECK_THROWS_AS(s.loop.after_fork_child(), std::system_error);
}

TEST_CASE("children are told of by descriptor and by signal alike", "[children][E22]") {
    const bool by_descriptor = GENERATE(true, false);
    stage s;
    if (!by_descriptor)
        s.w.faults().fail(call::pidfd_open, ENOSYS, {.times = always});
    std::vector<std::pair<int, int>> told;
    std::vector<child_watch> watches;
    std::vector<int> pids;
    for (int i = 0; i < 200; ++i) {
        const int pid = pids.emplace_back(s.w.start_child());
        watches.emplace_back(s.loop, pid, [&, pid](int status) { told.emplace_back(pid, status); });
    }
    s.turn(2);
    CHECK(told.empty());
    s.w.after(1ms, [&] {
        for (const int pid : pids)
            s.w.end_child(pid, pid << 8);
    });
    s.loop.run(); // pending watches keep it going
    REQUIRE(told.size() == 200);
    for (std::size_t i = 0; i < told.size(); ++i)
        CHECK(told[i] == std::pair{pids[i], pids[i] << 8});
    CHECK(s.w.elapsed() == 1ms);
}

TEST_CASE("a watch by descriptor survives a set made anew", "[children][E2]") {
    stage s;
    if (!s.uses_epoll())
        SKIP("only epoll has a set that outlives a close");
    auto [fd, other] = s.w.connect_pair();
    raw channel(s.loop, fd);
    const int pid = s.w.start_child();
    int status = -1;
    const child_watch watch(s.loop, pid, [&](int given) { status = given; });
    s.turn();
    s.w.keep_alive_elsewhere(fd);
    s.w.faults().fail(call::epoll_ctl, EIO, {.fd = fd}); // it stays registered
    channel.close();
    s.turn();
    other.send("x");
    s.turn(3);
    REQUIRE(s.loop.counters().set_rebuilds == 1);
    s.w.end_child(pid, 0);
    s.turn(2);
    CHECK(status == 0);
}

TEST_CASE("a forked child watches none of its parent's children", "[children][E22][E23]") {
    stage s;
    const int pid = s.w.start_child();
    int status = -1;
    const child_watch watch(s.loop, pid, [&](int given) { status = given; });
    s.turn();
    s.w.set_process_id(4243);
    s.loop.after_fork_child();
    CHECK_FALSE(watch.pending());
    s.w.end_child(pid, 0);
    s.turn(2);
    CHECK(status == -1);
}

TEST_CASE("a cancelled watch costs its descriptor no longer", "[children]") {
    stage s;
    const auto before = s.w.open_descriptors();
    const int pid = s.w.start_child();
    child_watch watch(s.loop, pid, [](int) { FAIL_CHECK("called"); });
    CHECK(s.w.open_descriptors().size() == before.size() + 1);
    s.turn(); // a kqueue is told
    s.w.reset_counts();
    watch.cancel();
    watch.cancel();
    CHECK(s.changes() == s.if_epoll(1)); // out of the set first: a forked child may hold it open
    CHECK(s.w.open_descriptors() == before);
    s.w.end_child(pid, 0);
    s.turn(2);
    CHECK_FALSE(s.loop.has_work());
}

TEST_CASE("a child's function that throws is the loop's affair", "[children]") {
    stage s;
    int errors = 0;
    s.loop.on_error([&](std::exception_ptr) { ++errors; });
    const int pid = s.w.start_child();
    const child_watch watch(s.loop, pid, [](int) { throw 1; });
    s.w.end_child(pid, 0);
    s.turn(2);
    CHECK(errors == 1);
    CHECK_FALSE(watch.pending());
}
