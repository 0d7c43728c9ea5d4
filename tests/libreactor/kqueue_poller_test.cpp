// The hard cases of kqueue, on the poller alone over a simulated BSD.
#include "support/catch.hpp"

#include "kernel.hpp"
#include "kqueue_poller.hpp"
#include "wakeup.hpp"

#include <reactor/loop.hpp>
#include <reactor/sim/world.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <memory>
#include <vector>

using namespace std::chrono_literals;
using reactor::detail::interest;
using reactor::detail::kqueue_poller;
using reactor::detail::readiness;
namespace ready = reactor::detail::ready;
using reactor::sim::call;
using reactor::sim::world;

namespace {

/// A poller over a world of its own, and what a wait that does not block reports.
struct bench {
    world w;
    kqueue_poller poller;
    reactor::detail::wakeup waker;

    explicit bench(bool knows_user = true, bool knows_urgent = true)
        : poller(make(knows_user, knows_urgent)) {
        w.on_problem([](std::string_view text) { FAIL_CHECK(text); });
        REQUIRE_FALSE(poller.add_wakeup(waker, wake_tag));
        w.reset_counts();
    }
    void add(int fd, interest wanted, std::uint64_t tag) {
        REQUIRE_FALSE(poller.add(fd, wanted, tag));
    }
    void modify(int fd, interest wanted, std::uint64_t tag) {
        REQUIRE_FALSE(poller.modify(fd, wanted, tag));
    }
    std::vector<readiness> wait(reactor::system::wait_limit limit = 0ns) {
        std::vector<readiness> out;
        REQUIRE_FALSE(poller.wait(limit, out));
        return out;
    }

    static constexpr std::uint64_t wake_tag = ~std::uint64_t{0};

private:
    static kqueue_poller make(bool knows_user, bool knows_urgent) {
        reactor::sim::detail::kernel::current().knows_user = knows_user;
        reactor::sim::detail::kernel::current().knows_urgent = knows_urgent;
        return {};
    }
};

constexpr interest reading{.read = true};
constexpr interest writing{.write = true};
constexpr interest both{.read = true, .write = true};

} // namespace

TEST_CASE("input and room of one descriptor come as one report", "[kqueue][E24]") {
    bench b;
    b.w.shuffle_events(true);
    std::vector<reactor::sim::connected_pair> pairs;
    for (std::uint64_t tag = 0; tag < 20; ++tag) {
        pairs.push_back(b.w.connect_pair());
        b.add(pairs.back().fd, both, tag);
        pairs.back().other.send("x");
    }
    const auto reports = b.wait();
    REQUIRE(reports.size() == 20);
    std::array<int, 20> seen{};
    for (const auto& report : reports) {
        CHECK(report.has(ready::read));
        CHECK(report.has(ready::write));
        CHECK_FALSE(report.has(ready::hang_up));
        ++seen[report.tag];
    }
    CHECK(std::all_of(seen.begin(), seen.end(), [](int times) { return times == 1; }));
}

TEST_CASE("changes of interest go with the wait", "[kqueue][E26]") {
    bench b;
    auto [fd, other] = b.w.connect_pair();
    b.add(fd, both, 1);
    b.modify(fd, reading, 1);
    b.modify(fd, writing, 1);
    CHECK(b.w.count(call::kevent) == 0);
    CHECK(b.wait().size() == 1);
    CHECK(b.w.count(call::kevent) == 1);
    CHECK(b.w.count(call::kevent_change, fd) == 1); // what came to nothing was not told
    b.modify(fd, {}, 1);
    b.modify(fd, writing, 1);
    CHECK(b.wait().size() == 1);
    CHECK(b.w.count(call::kevent_change, fd) == 1);
    b.modify(fd, {}, 1);
    CHECK(b.wait().empty());
    CHECK(b.w.count(call::kevent_change, fd) == 2);
}

TEST_CASE("more changes than one call carries are all made", "[kqueue]") {
    bench b;
    std::vector<reactor::sim::connected_pair> pairs;
    for (std::uint64_t tag = 0; tag < 1000; ++tag) {
        pairs.push_back(b.w.connect_pair());
        b.add(pairs.back().fd, reading, tag);
    }
    CHECK(b.wait().empty());
    CHECK(b.w.count(call::kevent_change) == 2000); // input and urgent data
    pairs.back().other.send("x");
    const auto reports = b.wait();
    REQUIRE(reports.size() == 1);
    CHECK(reports[0].tag == 999);
}

TEST_CASE("a descriptor is taken out at once and gives no event afterwards", "[kqueue][E25]") {
    bench b;
    auto [fd, other] = b.w.connect_pair();
    b.add(fd, both, 1);
    CHECK(b.wait().size() == 1);
    b.w.reset_counts();
    b.poller.remove(fd);
    CHECK(b.w.count(call::kevent) == 1);
    CHECK(b.w.count(call::kevent_change, fd) == 3);
    CHECK(b.wait().empty());
    b.poller.remove(fd); // of what is not there: no call
    CHECK(b.w.count(call::kevent) == 2);
}

TEST_CASE("a removal of what the kernel has forgotten is none", "[kqueue][E25]") {
    bench b;
    auto [fd, other] = b.w.connect_pair();
    b.add(fd, both, 1);
    CHECK(b.wait().size() == 1);
    SECTION("with the descriptor open") { b.w.forget_watch(fd); }
    SECTION("with the descriptor closed") { reactor::system::close(fd); }
    SECTION("when interest is dropped") {
        b.w.forget_watch(fd);
        b.modify(fd, {}, 1);
        CHECK(b.wait().empty());
    }
    b.poller.remove(fd);
    CHECK(b.wait().empty());
    auto [next, next_other] = b.w.connect_pair();
    b.add(next, writing, 2);
    const auto reports = b.wait();
    REQUIRE(reports.size() == 1);
    CHECK(reports[0].tag == 2);
}

TEST_CASE("a removal that met an error still takes the other filters out", "[kqueue][E25]") {
    bench b;
    auto [fd, other] = b.w.connect_pair();
    b.add(fd, both, 1);
    CHECK(b.wait().size() == 1);
    b.w.faults().fail(call::kevent_change, ENOENT, {.fd = fd, .performed = true});
    b.poller.remove(fd);
    b.w.reset_counts();
    other.send("x");
    CHECK(b.wait().empty());
    CHECK(b.wait().empty());
}

TEST_CASE("a pipe whose other end is gone is a hang-up as often as it is asked", "[kqueue][E25]") {
    const int error = GENERATE(EPIPE, EPERM);
    bench b;
    auto [fd, other] = b.w.connect_pair();
    auto [quiet_fd, quiet] = b.w.connect_pair();
    b.w.faults().fail(call::kevent_change, error, {.times = 3, .fd = fd});
    b.add(quiet_fd, reading, 2);
    b.add(fd, writing, 1);
    quiet.send("x");
    for (int i = 0; i < 3; ++i) {
        const auto reports = b.wait();
        REQUIRE(reports.size() == 2); // the others are looked at all the same
        CHECK(reports[0].tag == 1);
        CHECK(reports[0].has(ready::write));
        CHECK(reports[0].has(ready::hang_up));
        CHECK(reports[0].error == 0);
        CHECK(reports[1].has(ready::read));
    }
    b.modify(fd, {}, 1);
    CHECK(b.wait().size() == 1); // no more of it, and no more changes
    b.w.reset_counts();
    CHECK(b.wait().size() == 1);
    CHECK(b.w.count(call::kevent_change) == 0);
}

TEST_CASE("what the kernel will not watch is reported to its channel alone", "[kqueue][E25]") {
    bench b;
    auto [good, other] = b.w.connect_pair();
    const int bad = b.w.make_file();
    b.add(bad, reading, 1);
    b.add(good, writing, 2);
    const auto reports = b.wait(std::nullopt);
    REQUIRE(reports.size() == 2);
    CHECK(reports[0].tag == 1);
    CHECK(reports[0].error == EINVAL);
    CHECK(reports[1].tag == 2);
    CHECK(reports[1].error == 0);
    CHECK(reports[1].has(ready::write));
}

TEST_CASE("a refused removal by the way does not end a wait", "[kqueue][E25]") {
    bench b;
    auto [fd, other] = b.w.connect_pair();
    b.add(fd, both, 1);
    CHECK(b.wait().size() == 1);
    b.w.forget_watch(fd);
    b.modify(fd, {}, 1);
    CHECK(b.wait(50ms).empty());
    CHECK(b.w.elapsed() == 50ms);
}

TEST_CASE("an interrupted wait loses no change", "[kqueue]") {
    const bool performed = GENERATE(false, true);
    bench b;
    auto [fd, other] = b.w.connect_pair();
    b.add(fd, both, 1);
    b.w.faults().fail(call::kevent, EINTR, {.performed = performed});
    CHECK(b.wait().empty());
    CHECK(b.wait().size() == 1);
    b.modify(fd, reading, 1);
    b.w.faults().fail(call::kevent, EINTR, {.performed = performed});
    CHECK(b.wait().empty());
    CHECK(b.wait().empty());
}

TEST_CASE("input that came before the end is read first", "[kqueue][E8][E9]") {
    bench b;
    auto [fd, other] = b.w.connect_pair();
    b.add(fd, reading, 1);
    other.send("last words");
    other.half_close();
    const auto reports = b.wait();
    REQUIRE(reports.size() == 1);
    CHECK(reports[0].has(ready::read));
    CHECK_FALSE(reports[0].has(ready::hang_up)); // the other direction goes on
}

TEST_CASE("a reset is a hang-up in both directions", "[kqueue][E9]") {
    const auto wanted = GENERATE(reading, writing, both);
    bench b;
    auto [fd, other] = b.w.connect_pair();
    b.add(fd, wanted, 1);
    other.reset();
    const auto reports = b.wait();
    REQUIRE(reports.size() == 1);
    CHECK(reports[0].has(ready::hang_up));
    CHECK(reports[0].has(ready::read) == wanted.read);
    CHECK(reports[0].has(ready::write) == wanted.write);
}

TEST_CASE("urgent data is told of where the system has a filter for it", "[kqueue]") {
    const bool known = GENERATE(true, false);
    bench b(true, known);
    auto [fd, other] = b.w.connect_pair();
    b.add(fd, reading, 1);
    other.send_urgent('!');
    const auto reports = b.wait();
    CHECK(reports.size() == (known ? 1 : 0));
    CHECK(std::all_of(reports.begin(), reports.end(),
                      [](const auto& r) { return r.has(ready::urgent); }));
}

TEST_CASE("what is no socket may have no urgent filter", "[kqueue]") {
    bench b;
    auto [fd, other] = b.w.connect_pair();
    b.add(fd, reading, 1);
    b.w.faults().fail(call::kevent_change, EINVAL, {.nth = 2, .fd = fd});
    other.send("x");
    const auto reports = b.wait();
    REQUIRE(reports.size() == 1);
    CHECK(reports[0].has(ready::read));
    CHECK(reports[0].error == 0);
}

TEST_CASE("a signal before or in a wait wakes it once", "[kqueue][E26]") {
    const bool knows_user = GENERATE(true, false);
    bench b(knows_user);
    SECTION("before") { b.waker.signal(); }
    SECTION("twice before") { b.waker.signal(), b.waker.signal(); }
    SECTION("in it") {
        b.w.after(5ms, [&] { b.waker.signal(); });
    }
    const auto reports = b.wait(10ms);
    REQUIRE(reports.size() == 1);
    CHECK(reports[0].tag == bench::wake_tag);
    CHECK(reports[0].has(ready::read));
    b.waker.drain();
    CHECK(b.wait().empty());
}

TEST_CASE("a wake-up meant for a former kqueue reaches the new one", "[kqueue][E2]") {
    bench b;
    b.waker.signal();
    REQUIRE_FALSE(b.poller.rebuild());
    REQUIRE_FALSE(b.poller.add_wakeup(b.waker, 7));
    const auto reports = b.wait();
    REQUIRE(reports.size() == 1);
    CHECK(reports[0].tag == 7);
    CHECK(b.wait().empty());
}

TEST_CASE("a forked child leaves alone the number that the parent's kqueue had", "[kqueue][E23]") {
    bench b;
    const auto open = b.w.open_descriptors();
    b.poller.let_go();
    REQUIRE_FALSE(b.poller.rebuild());
    CHECK(b.w.count(call::close) == 0);
    CHECK(b.w.open_descriptors().size() == open.size() + 1);
}

TEST_CASE("a wait with work at hand costs one call", "[kqueue][E27]") {
    bench b;
    auto [fd, other] = b.w.connect_pair();
    b.add(fd, writing, 1);
    for (std::uint64_t calls = 1; calls < 5; ++calls) {
        CHECK(b.wait().size() == 1);
        CHECK(b.w.count(call::kevent) == calls);
    }
}
