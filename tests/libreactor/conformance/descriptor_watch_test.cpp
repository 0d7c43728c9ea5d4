// Descriptors that somebody else owns.
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"
#include "support/poller_limits.hpp"

#include "hooked_channels.hpp"

#include <reactor/descriptor_watch.hpp>
#include <reactor/error.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

using reactor::descriptor_watch;
using reactor::errc;
using reactor::unique_fd;
using support::loop_fixture;
using support::make_socket_pair;

namespace {

/// A descriptor with an owner who is not the loop, and the other end of it.
struct watch_test : loop_fixture {
    /// Takes part in the journal by what it was told: `in`, `out`, `gone`, `lost`.
    descriptor_watch::handlers noted() {
        return {.readable = [this] { note("in"); },
                .writable = [this] { note("out"); },
                .hang_up = [this] { note("gone"); },
                .lost =
                    [this](std::error_code ec) {
                        note("lost");
                        reason = ec;
                    }};
    }
    descriptor_watch make() { return {loop, pair.ours.get(), noted()}; }
    void say(std::string_view text) {
        CHECK(::write(pair.theirs.get(), text.data(), text.size()) ==
              static_cast<ssize_t>(text.size()));
    }
    std::string hear() {
        std::array<char, 100> buffer;
        const auto got = ::recv(pair.ours.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        return got > 0 ? std::string(buffer.data(), static_cast<std::size_t>(got)) : "";
    }
    [[nodiscard]] std::size_t times(std::string_view what) const {
        return static_cast<std::size_t>(std::count(journal.begin(), journal.end(), what));
    }

    support::socket_pair pair = make_socket_pair(AF_UNIX);
    std::error_code reason;
};

using journal = std::vector<std::string>;

} // namespace

TEST_CASE("a watch tells what is wanted and nothing else", "[watch]") {
    watch_test t;
    auto watch = t.make();
    t.say("x");
    t.iterate(3);
    CHECK(t.journal.empty()); // nothing is wanted yet
    watch.want_read(true);
    t.iterate(1); // the kernel is asked
    t.iterate(2);
    CHECK(t.journal == journal{"in", "in"}); // as long as nobody takes it
    watch.want(false, true);
    t.iterate(3);
    CHECK(t.times("in") == 2);
    CHECK(t.times("out") >= 1);
    watch.want_write(false);
    const auto before = t.journal.size();
    t.iterate(5);
    CHECK(t.journal.size() == before);
    CHECK_FALSE(watch.wants_read());
    CHECK_FALSE(watch.wants_write());
    watch.want(true, true);
    t.iterate(2);
    CHECK(t.journal.size() == before + 2);
    CHECK(t.journal[before] == "in"); // input before output
}

TEST_CASE("a watched descriptor is left as it is", "[watch]") {
    watch_test t;
    const int fd = t.pair.ours.get();
    const int flags = ::fcntl(fd, F_GETFL);
    auto watch = t.make();
    CHECK(watch.active());
    CHECK(watch.fileno() == fd);
    watch.want(true, true);
    t.say("hello");
    t.run_until("it is told", [&] { return t.times("in") > 0; });
    SECTION("when released") { watch.release(); }
    SECTION("when destroyed") { watch = descriptor_watch(); }
    SECTION("when its loop's channels are all closed") { t.loop.close_all(); }
    t.iterate(2);
    CHECK(::fcntl(fd, F_GETFL) == flags);
    CHECK(t.hear() == "hello"); // nothing was read
    CHECK(t.times("lost") == 0);
}

TEST_CASE("a released watch calls nothing any more and may be released again", "[watch]") {
    watch_test t;
    auto watch = t.make();
    watch.want(true, true);
    t.say("x");
    t.iterate(2);
    const auto before = t.journal.size();
    CHECK(before > 0);
    watch.release();
    watch.release();
    CHECK_FALSE(watch.active());
    CHECK(watch.fileno() == -1);
    watch.want(true, true); // nothing happens
    t.iterate(3);
    CHECK(t.journal.size() == before);
    auto again = t.make(); // the number is free
    CHECK(again.active());
}

TEST_CASE("a watch may be released or replaced in its own functions", "[watch]") {
    watch_test t;
    auto watch = std::make_unique<descriptor_watch>();
    auto next = make_socket_pair(AF_UNIX);
    const auto captured = std::make_shared<int>(42); // lives on while the function runs
    const auto begin = [&](auto function) {
        *watch =
            descriptor_watch(t.loop, t.pair.ours.get(),
                             {.readable = std::move(function), .writable = [&] { t.note("out"); }});
        watch->want(true, true);
        t.say("x");
        t.iterate(3);
    };
    SECTION("released") {
        begin([&, captured] {
            watch->release();
            t.note("in " + std::to_string(*captured));
        });
        CHECK_FALSE(watch->active());
        CHECK(t.times("in 42") == 1);
    }
    SECTION("destroyed") {
        begin([&, captured] {
            watch.reset();
            t.note("in " + std::to_string(*captured));
        });
        CHECK(t.times("in 42") == 1);
    }
    SECTION("replaced by one of another descriptor") {
        begin([&, captured] {
            *watch = descriptor_watch(t.loop, next.ours.get(), t.noted());
            watch->want_write(true);
            t.note("in " + std::to_string(*captured));
        });
        CHECK(watch->fileno() == next.ours.get());
        CHECK(t.times("in 42") == 1);
        CHECK(t.times("out") >= 1); // of the new one
        return;
    }
    SECTION("replaced by one of the same descriptor") {
        begin([&] {
            watch->release();
            *watch = descriptor_watch(t.loop, t.pair.ours.get(), t.noted());
        });
        CHECK(watch->active());
    }
    CHECK(t.times("out") <= 1); // at most before there was input
}

TEST_CASE("a watch told that the other side is gone tells so first", "[watch]") {
    watch_test t;
    auto watch = t.make();
    SECTION("with reading wanted") {
        watch.want_read(true);
        t.iterate();
        t.pair.theirs.reset();
        t.run_until("it is told", [&] { return t.times("in") > 0; });
        const bool tells_end_only = std::string_view(t.loop.poller_name()) == "kqueue";
        CHECK(t.journal.front() == (tells_end_only ? "in" : "gone"));
        CHECK(t.times("gone") == (tells_end_only ? 0 : 1));
    }
    SECTION("with reading and writing wanted") {
        watch.want(true, true);
        t.iterate(2);
        t.journal.clear();
        t.pair.theirs.reset();
        t.run_until("it is told", [&] { return t.times("in") > 0 && t.times("gone") > 0; });
        const auto gone = std::find(t.journal.begin(), t.journal.end(), "gone");
        CHECK(gone + 1 < t.journal.end());
        CHECK(*(gone + 1) == "in");
    }
    SECTION("with nothing wanted any more it costs nothing") {
        watch.want_read(true);
        t.iterate(2);
        watch.want_read(false);
        t.pair.theirs.reset();
        t.iterate(20);
        CHECK(t.times("gone") <= 2);
        CHECK(t.times("in") == 0);
        watch.want_read(true);
        t.run_until("it is told of again", [&] { return t.times("in") > 0; });
    }
}

TEST_CASE("what a watch's function throws goes to on_error and the watch goes on", "[watch]") {
    watch_test t;
    std::vector<std::string> errors;
    t.loop.on_error(
        [&](const std::exception_ptr& error) { errors.push_back(hooked::what_of(error)); });
    int calls = 0;
    descriptor_watch watch(t.loop, t.pair.ours.get(), {.readable = [&] {
                               if (++calls < 3)
                                   throw std::runtime_error("thrown " + std::to_string(calls));
                               t.hear();
                           }});
    watch.want_read(true);
    t.say("x");
    t.run_until("it has come again", [&] { return calls == 3; });
    CHECK(errors == std::vector<std::string>{"thrown 1", "thrown 2"});
    CHECK(watch.active());
}

TEST_CASE("a watch keeps its loop running until it is released and is no channel", "[watch]") {
    watch_test t;
    int told = 0;
    descriptor_watch watch(t.loop, t.pair.ours.get(), {.readable = [&] {
                               ++told;
                               watch.release();
                           }});
    watch.want_read(true);
    CHECK(t.loop.has_work());
    CHECK(t.loop.size() == 0);
    int met = 0;
    t.loop.for_each([&](reactor::dispatcher&) { ++met; });
    CHECK(met == 0);
    t.say("x");
    t.loop.run();
    CHECK(told == 1);
    CHECK_FALSE(t.loop.has_work());
}

TEST_CASE("a watch may outlive its loop", "[watch]") {
    auto pair = make_socket_pair(AF_UNIX);
    descriptor_watch watch;
    {
        reactor::loop loop;
        watch = descriptor_watch(loop, pair.ours.get(), {});
        watch.want_read(true);
        loop.run_once();
    }
    CHECK_FALSE(watch.active());
    watch.want(true, true);
    watch.release();
    CHECK(::fcntl(pair.ours.get(), F_GETFD) >= 0);
}

TEST_CASE("a descriptor is watched once", "[watch][bad_use]") {
    watch_test t;
    auto watch = t.make();
    const int fd = t.pair.ours.get();
    const auto refused = [&](auto function) {
        try {
            function();
        } catch (const std::system_error& error) {
            return error.code();
        }
        return std::error_code{};
    };
    CHECK(refused([&] { const auto second = t.make(); }) == errc::already_watched);
    CHECK(refused([&] { hooked::lines(t.loop, unique_fd{fd}); }) == errc::already_watched);
    CHECK(refused([&] { descriptor_watch(t.loop, -1, {}); }) == std::errc::bad_file_descriptor);
    hooked::lines channel(t.loop, std::move(make_socket_pair(AF_UNIX).ours));
    CHECK(refused([&] { descriptor_watch(t.loop, channel.fileno(), {}); }) ==
          errc::already_watched);
    CHECK(channel.is_open());
    watch.want_read(true);
    t.say("x");
    t.run_until("the first goes on", [&] { return t.times("in") > 0; });
}

TEST_CASE("a watched descriptor that is closed first is lost when its number is given again",
          "[watch][bad_use]") {
    watch_test t;
    auto watch = t.make();
    watch.want_read(true);
    t.iterate(2);
    const int fd = t.pair.ours.release();
    ::close(fd); // before the release
    hooked::dispatcher listener(t.loop);
    listener.create_socket(AF_INET);
    REQUIRE(listener.fileno() == fd);
    t.iterate();
    CHECK(t.times("lost") == 1);
    CHECK(t.reason == std::errc::bad_file_descriptor);
    CHECK_FALSE(watch.active());
    watch.release();
    CHECK(::fcntl(fd, F_GETFD) >= 0);
}

TEST_CASE("a watched file that the poller refuses counts as ready", "[watch][E29]") {
    watch_test t;
    if (const auto why = missing(support::need::devices, t.loop); !why.empty())
        SKIP(why);
    const unique_fd null{::open("/dev/null", O_RDWR | O_CLOEXEC)};
    descriptor_watch watch(t.loop, null.get(), t.noted());
    watch.want(true, true);
    t.run_until("it is told", [&] { return t.times("in") >= 3 && t.times("out") >= 3; });
    watch.want(false, false);
    t.iterate();
    const auto before = t.journal.size();
    t.iterate(5);
    CHECK(t.journal.size() == before);
}

TEST_CASE("urgent data of a watched socket wakes nobody by itself", "[watch]") {
    watch_test t;
    auto pair = make_socket_pair(AF_INET);
    descriptor_watch watch(t.loop, pair.ours.get(), t.noted());
    watch.want_read(true);
    t.iterate(2);
    CHECK(::send(pair.theirs.get(), "!", 1, MSG_OOB) == 1);
    const auto before = t.counters().events;
    t.iterate(20);
    CHECK(t.counters().events <= before + 2);
}
