// The simulated world: descriptors, readiness, time, faults and counts, through the calls that a
// program makes.
#include "sim_calls.hpp"

#include <reactor/sim/world.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using namespace sim_calls;
using reactor::sim::always;
using reactor::sim::call;
using reactor::sim::world;

TEST_CASE("the simulated system is the one that is linked in", "[sim]") {
    CHECK(world::is_linked());
    const world outer(7);
    CHECK(outer.seed() == 7);
    CHECK(world::is_linked());
}

TEST_CASE("a descriptor gets the smallest free number", "[sim][E1]") {
    world w;
    const int a = fd_of(system::socket(AF_INET, SOCK_STREAM));
    const int b = fd_of(system::epoll_create());
    CHECK(std::pair(a, b) == std::pair(3, 4));
    REQUIRE(system::close(a).ok());
    CHECK(error_of(system::close(a)) == EBADF);
    CHECK(fd_of(system::open_reserve()) == a);
    w.set_descriptor_limit(5);
    system::wake_ends none;
    CHECK(error_of(system::wake_create(none)) == EMFILE);
    CHECK(w.open_descriptors() == std::vector{3, 4});
    CHECK(w.is_open(4));
}

TEST_CASE("epoll_ctl refuses what the kernel refuses", "[sim][E3][E29]") {
    world w;
    const int set = fd_of(system::epoll_create());
    const int fd = w.connect_pair().fd;
    CHECK(error_of(watch(set, 99, EPOLLIN)) == EBADF);
    CHECK(error_of(watch(99, fd, EPOLLIN)) == EBADF);
    CHECK(error_of(watch(fd, fd, EPOLLIN)) == EINVAL);
    CHECK(error_of(watch(set, set, EPOLLIN)) == EINVAL);
    CHECK(error_of(watch(set, w.make_file(), EPOLLIN)) == EPERM);
    CHECK(error_of(watch(set, fd, EPOLLIN, EPOLL_CTL_MOD)) == ENOENT);
    CHECK(error_of(watch(set, fd, 0, EPOLL_CTL_DEL)) == ENOENT);
    CHECK(watch(set, fd, EPOLLIN).ok());
    CHECK(error_of(watch(set, fd, EPOLLIN)) == EEXIST);
    CHECK(error_of(watch(set, fd, EPOLLIN | EPOLLET, EPOLL_CTL_MOD)) == EINVAL);
    w.forget_watch(fd);
    CHECK(error_of(watch(set, fd, EPOLLIN, EPOLL_CTL_MOD)) == ENOENT);
}

TEST_CASE("readiness is reported as long as it lasts", "[sim]") {
    world w;
    const int set = fd_of(system::epoll_create());
    auto [fd, other] = w.connect_pair();
    REQUIRE(watch(set, fd, EPOLLIN).ok());
    CHECK(wait(set).empty());
    other.send("x");
    CHECK(wait(set) == std::vector{fd});
    CHECK(wait(set) == std::vector{fd});
    CHECK(recv(fd) == "x");
    CHECK(wait(set).empty());
    REQUIRE(watch(set, fd, 0, EPOLL_CTL_MOD).ok());
    other.half_close();
    CHECK(wait(set).empty());
    other.reset();
    CHECK(wait(set) == std::vector{fd});
}

TEST_CASE("events come in order of registration and none starves", "[sim]") {
    world w(3);
    const int set = fd_of(system::epoll_create());
    std::vector<reactor::sim::connected_pair> pairs;
    std::vector<int> expected;
    for (int i = 0; i < 5; ++i) {
        pairs.push_back(w.connect_pair());
        expected.push_back(pairs.back().fd);
        REQUIRE(watch(set, pairs.back().fd, EPOLLOUT).ok());
    }
    CHECK(wait(set) == expected);
    CHECK(wait(set, 0ns, 3) == std::vector(expected.begin(), expected.begin() + 3));
    CHECK(wait(set, 0ns, 2) == std::vector(expected.begin() + 3, expected.end()));
    w.shuffle_events(true);
    auto shuffled = wait(set);
    CHECK(shuffled != expected);
    std::sort(shuffled.begin(), shuffled.end());
    CHECK(shuffled == expected);
}

TEST_CASE("a closed descriptor kept alive elsewhere goes on being reported", "[sim][E2]") {
    world w;
    const int set = fd_of(system::epoll_create());
    auto [fd, other] = w.connect_pair();
    REQUIRE(watch(set, fd, EPOLLIN).ok());
    w.keep_alive_elsewhere(fd);
    REQUIRE(system::close(fd).ok());
    other.send("x");
    CHECK(wait(set) == std::vector{fd});
    CHECK(error_of(watch(set, fd, 0, EPOLL_CTL_DEL)) == EBADF);
    auto [reused, third] = w.connect_pair();
    CHECK(reused == fd);
    CHECK(watch(set, reused, EPOLLIN).ok());
    CHECK(wait(set) == std::vector{fd});
    w.drop_kept_alive();
    CHECK(wait(set).empty());
    CHECK(other.was_reset());
    const int twin = w.duplicate(reused);
    REQUIRE(system::close(reused).ok());
    third.send("y");
    CHECK(wait(set) == std::vector{reused});
    CHECK(recv(twin) == "y");
}

TEST_CASE("poll reports what is asked and what is wrong", "[sim]") {
    world w;
    auto [fd, other] = w.connect_pair();
    std::array<pollfd, 3> entries{{{fd, POLLOUT, 0}, {-1, POLLIN, 0}, {99, POLLIN, 0}}};
    CHECK(system::poll(entries, std::nullopt).value == 2);
    CHECK(entries[0].revents == POLLOUT);
    CHECK(entries[1].revents == 0);
    CHECK(entries[2].revents == POLLNVAL);
}

TEST_CASE("an injected event is reported once and true or not", "[sim]") {
    world w;
    const int set = fd_of(system::epoll_create());
    const int fd = w.connect_pair().fd;
    w.inject_event(fd, EPOLLIN);
    CHECK(wait(set).empty());
    REQUIRE(watch(set, fd, EPOLLIN).ok());
    CHECK(wait(set, std::nullopt) == std::vector{fd});
    CHECK(recv(fd) == "end");
}

TEST_CASE("a wait moves the clock to its limit or the next action", "[sim][E17]") {
    world w;
    const int set = fd_of(system::epoll_create());
    auto [fd, other] = w.connect_pair();
    REQUIRE(watch(set, fd, EPOLLIN).ok());
    const auto start = system::monotonic_now();
    CHECK(start > 0ns);
    CHECK(wait(set, 1300us).empty());
    CHECK(system::monotonic_now() - start == 1300us);
    w.set_wait_granularity(1ms);
    CHECK(wait(set, 1300us).empty());
    CHECK(w.elapsed() == 3300us);
    w.after(2ms, [&other = other] { other.send("x"); });
    w.at(4ms, [&] { w.advance(100us); });
    CHECK(wait(set, 1h) == std::vector{fd});
    CHECK(w.elapsed() == 5300us);
    CHECK(wait(set, -5ns) == std::vector{fd});
    w.set_cost(call::recv, 10us);
    CHECK(recv(fd) == "x");
    CHECK(w.elapsed() == 5310us);
}

TEST_CASE("time that passes in the program lets actions happen", "[sim]") {
    world w;
    std::string order;
    w.at(2ms, [&] { order += 'b'; });
    w.at(1ms, [&] { order += 'a'; });
    w.at(2ms, [&] { order += 'c'; });
    w.at(9ms, [&] { order += 'd'; });
    w.advance(3ms);
    CHECK(order == "abc");
    CHECK(w.elapsed() == 3ms);
}

TEST_CASE("a wait is interrupted like by a signal", "[sim][E43]") {
    world w;
    w.after(3ms, [&] { w.interrupt_wait(); });
    CHECK(error_of(system::poll({}, 10ms)) == EINTR);
    CHECK(w.elapsed() == 3ms);
    CHECK(system::poll({}, 7ms).value == 0);
}

TEST_CASE("a wait for ever is a problem told at once", "[sim]") {
    world w;
    std::string told;
    w.on_problem([&](std::string_view text) { told = text; });
    const int set = fd_of(system::epoll_create());
    auto [fd, other] = w.connect_pair();
    REQUIRE(watch(set, fd, EPOLLIN).ok());
    std::array<epoll_event, 1> events{};
    CHECK(error_of(system::epoll_wait(set, events, std::nullopt)) == EDEADLK);
    CHECK(w.stuck());
    CHECK(w.problems().size() == 1);
    CHECK_THAT(told, Catch::Matchers::ContainsSubstring("would wait for ever"));
    CHECK_THAT(told, Catch::Matchers::ContainsSubstring("watches 4 for IN;"));
    CHECK_THAT(told, Catch::Matchers::ContainsSubstring("seed 1"));
    w.after(1ms, [] { throw std::runtime_error("of the test"); });
    CHECK(wait(set, 5ms).empty());
    CHECK_THAT(told, Catch::Matchers::ContainsSubstring("of the test"));
    w.set_wait_limit(2);
    CHECK(error_of(system::poll({}, 0ns)) == EDEADLK);
    CHECK_THAT(told, Catch::Matchers::ContainsSubstring("more than 2 waits"));
    REQUIRE(system::set_nonblocking(fd, false).ok());
    CHECK(recv(fd) == error_text(EDEADLK));
}

TEST_CASE("the n-th call fails and no other", "[sim]") {
    world w;
    auto [fd, other] = w.connect_pair();
    const int elsewhere = w.connect_pair().fd;
    w.faults().fail(call::send, ENOBUFS, {.nth = 2, .times = 2, .fd = fd});
    CHECK(send(fd, "a").ok());
    CHECK(send(elsewhere, "a").ok());
    CHECK(error_of(send(fd, "b")) == ENOBUFS);
    CHECK(w.faults().standing() == 1);
    CHECK(error_of(send(fd, "c")) == ENOBUFS);
    CHECK(send(fd, "d").ok());
    CHECK(other.received() == "ad");
    CHECK(w.faults().standing() == 0);
    CHECK(w.faults().hits() == 2);
}

TEST_CASE("a call is short or gives nothing or fails after its effect", "[sim][E3][E44]") {
    world w;
    auto [fd, other] = w.connect_pair();
    w.faults().shorten(call::recv, 2, {.times = always});
    other.send("abc");
    CHECK(recv(fd) == "ab");
    CHECK(recv(fd) == "c");
    w.faults().shorten(call::sendmsg, 3);
    std::string head = "he";
    std::string tail = "llo";
    const std::array<iovec, 2> pieces{{{head.data(), head.size()}, {tail.data(), tail.size()}}};
    CHECK(system::sendmsg(fd, pieces).value == 3);
    CHECK(system::sendmsg(fd, pieces).value == 5);
    CHECK(other.segments() == std::vector<std::string>{"hel", "hello"});
    w.faults().give(call::send, 0);
    CHECK(send(fd, "x").value == 0);
    const int set = fd_of(system::epoll_create());
    w.faults().fail(call::epoll_ctl, EEXIST, {.fd = fd, .performed = true});
    CHECK(error_of(watch(set, fd, EPOLLIN)) == EEXIST);
    CHECK(watch(set, fd, EPOLLIN, EPOLL_CTL_MOD).ok());
    w.faults().clear();
    CHECK(w.faults().standing() == 0);
}

TEST_CASE("faults drawn from a seed replay", "[sim]") {
    const auto play = [](std::uint64_t seed) {
        world w(seed);
        const auto [fd, other] = w.connect_pair();
        w.faults().fail(call::send, EINTR, {.times = always, .chance = 0.5});
        std::string outcome;
        for (int i = 0; i < 64; ++i)
            outcome += send(fd, "x").ok() ? '.' : '!';
        return outcome;
    };
    CHECK(play(5) == play(5));
    CHECK(play(5) != play(6));
    CHECK_THAT(play(5),
               Catch::Matchers::ContainsSubstring("!") && Catch::Matchers::ContainsSubstring("."));
}

TEST_CASE("every call is counted and the last are remembered", "[sim]") {
    world w;
    auto [fd, other] = w.connect_pair();
    (void)send(fd, "abc");
    CHECK(error_of(send(77, "x")) == EBADF);
    CHECK(w.count(call::send) == 2);
    CHECK(w.count(call::send, fd) == 1);
    CHECK(w.count(call::recv) == 0);
    CHECK_THAT(w.trace(2), Catch::Matchers::ContainsSubstring("1000.000000000  send(3, 3) = 3\n"));
    CHECK_THAT(w.trace(1), !Catch::Matchers::ContainsSubstring("send(3, 3)"));
    w.reset_counts();
    CHECK(w.count(call::send) == 0);
    w.set_process_id(99);
    CHECK(system::process_id() == 99);
}

TEST_CASE("a wake descriptor is readable from signal to drain", "[sim][E45]") {
    world w;
    const int set = fd_of(system::epoll_create());
    const int fd = make_wake();
    REQUIRE(watch(set, fd, EPOLLIN).ok());
    CHECK(error_of(system::wake_drain(fd)) == EAGAIN);
    CHECK(system::wake_signal(fd).ok());
    CHECK(system::wake_signal(fd).ok());
    CHECK(wait(set, std::nullopt) == std::vector{fd});
    CHECK(system::wake_drain(fd).ok());
    CHECK(wait(set).empty());
    w.fill_wake(fd);
    CHECK(error_of(system::wake_signal(fd)) == EAGAIN);
    CHECK(wait(set) == std::vector{fd});
    CHECK(system::wake_drain(fd).ok());
    w.faults().fail(call::wake_signal, EINTR);
    CHECK(error_of(system::wake_signal(fd)) == EINTR);
    CHECK(wait(set).empty());
    CHECK(w.count(call::wake_signal) == 4);
    REQUIRE(system::close(fd).ok());
    CHECK(error_of(system::wake_signal(fd)) == EBADF);
}

TEST_CASE("another thread ends an endless wait", "[sim]") {
    world w;
    w.expect_other_threads(true);
    const int set = fd_of(system::epoll_create());
    const int fd = make_wake();
    REQUIRE(watch(set, fd, EPOLLIN).ok());
    std::thread other([fd] { (void)system::wake_signal(fd); });
    CHECK(wait(set, std::nullopt) == std::vector{fd});
    other.join();
    CHECK_FALSE(w.stuck());
}
