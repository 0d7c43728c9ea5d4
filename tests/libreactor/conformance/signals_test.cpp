// Signals become calls on the loop's thread.
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"
#include "support/wait_until.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/eventfd.h>
#endif

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <thread>

using support::loop_fixture;

namespace {

std::atomic<int> former_calls = 0; // lock-free, as a handler needs it; another thread may run that

void former_action(int) { ++former_calls; }

/// The action of SIGUSR1 is this test's own while it runs.
class own_action {
public:
    own_action() : former_(std::signal(SIGUSR1, &former_action)) { former_calls = 0; }
    ~own_action() { std::signal(SIGUSR1, former_); }
    own_action(const own_action&) = delete;
    own_action& operator=(const own_action&) = delete;

private:
    void (*former_)(int);
};

} // namespace

TEST_CASE("a signal is a call on the loop's thread", "[signals][E21]") {
    const own_action action;
    loop_fixture f;
    int calls = 0;
    std::thread::id there;
    f.loop.on_signal(SIGUSR1, [&] {
        ++calls;
        there = std::this_thread::get_id();
    });
    ::raise(SIGUSR1);
    CHECK(calls == 0);
    f.run_until("it is called", [&] { return calls == 1; });
    CHECK(there == std::this_thread::get_id());
    CHECK(former_calls == 0);
    for (int i = 0; i < 5; ++i)
        ::raise(SIGUSR1);
    f.run_until("it is called again", [&] { return calls > 1; });
    f.iterate(3);
    CHECK(calls <= 6);
}

TEST_CASE("a signal that was told is not told again with another", "[signals][E21]") {
    const own_action action;
    loop_fixture f;
    int first = 0;
    int second = 0;
    f.loop.on_signal(SIGUSR1, [&] { ++first; });
    f.loop.on_signal(SIGUSR2, [&] { ++second; });
    ::raise(SIGUSR1);
    f.run_until("it is called", [&] { return first == 1; });
    ::raise(SIGUSR2);
    f.run_until("the other is called", [&] { return second == 1; });
    CHECK(first == 1);
}

TEST_CASE("loops may come and go while a signal comes to another thread", "[signals][E21]") {
    const own_action action;
    std::atomic<bool> done = false;
    std::thread sender([&] {
        while (!done)
            ::raise(SIGUSR1);
    });
    int calls = 0;
    for (int i = 0; i < 200 || calls + former_calls == 0; ++i) {
        loop_fixture f;
        f.loop.on_signal(SIGUSR1, [&] { ++calls; });
        f.iterate();
    }
    done = true;
    sender.join();
    CHECK(calls + former_calls > 0); // and nobody was woken who is gone, as valgrind would tell
}

#ifdef __linux__
namespace {

/// The numbers of this process's eventfds, which may have inherited some.
std::set<int> eventfds() {
    std::set<int> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        std::error_code gone;
        if (std::filesystem::read_symlink(entry, gone) == "anon_inode:[eventfd]")
            found.insert(std::stoi(entry.path().filename().string()));
    }
    return found;
}

/// A wake-up that whoever signals it waits at, until it is let go.
class blocked_wake_up {
public:
    explicit blocked_wake_up(int fd) : fd_(::dup(fd)) {
        const std::uint64_t full = UINT64_MAX - 1;
        REQUIRE(::eventfd_write(fd_.get(), full) == 0);
        REQUIRE(::fcntl(fd_.get(), F_SETFL, 0) == 0); // no O_NONBLOCK, whoever has it
    }
    void let_go() {
        eventfd_t count = 0;
        REQUIRE(::eventfd_read(fd_.get(), &count) == 0);
    }

private:
    reactor::unique_fd fd_;
};

bool sleeps(pid_t thread) {
    std::ifstream file("/proc/self/task/" + std::to_string(thread) + "/stat");
    const std::string stat(std::istreambuf_iterator<char>(file), {});
    const auto name_end = stat.rfind(')');
    return name_end != std::string::npos && stat.compare(name_end, 3, ") S") == 0;
}

} // namespace

TEST_CASE("a loop waits for a signal's handler in another thread before it goes",
          "[signals][E21]") {
    const own_action action;
    const auto others = eventfds();
    std::optional<loop_fixture> f(std::in_place);
    f->loop.on_signal(SIGUSR1, [] {});
    auto wake_ups = eventfds();
    std::erase_if(wake_ups, [&](int fd) { return others.contains(fd); });
    if (wake_ups.empty())
        SKIP("the loop is woken by a pipe here");
    blocked_wake_up wake_up(*wake_ups.begin());
    std::atomic<pid_t> in_handler = 0;
    std::thread sender([&] {
        in_handler = ::gettid();
        ::raise(SIGUSR1);
        in_handler = 0;
    });
    support::wait_until("the handler waits", [&] { return in_handler != 0 && sleeps(in_handler); });
    if (const pid_t child = ::fork(); child == 0) { // where there is no such thread
        f.reset();
        std::optional<loop_fixture> own(std::in_place);
        own->loop.on_signal(SIGUSR1, [] {});
        own.reset();
        ::_exit(0);
    } else {
        int status = -1;
        REQUIRE(::waitpid(child, &status, 0) == child);
        CHECK(status == 0);
    }
    std::atomic<bool> let_go = false;
    std::thread releaser([&] {
        ::poll(nullptr, 0, 100); // the longer, the surer is it seen that nobody waits
        let_go = true;
        wake_up.let_go();
    });
    f.reset();
    CHECK(let_go);
    releaser.join();
    sender.join();
}
#endif

TEST_CASE("a signal ends a wait without limit", "[signals][E21][defect23]") {
    const own_action action;
    loop_fixture f;
    bool called = false;
    f.loop.on_signal(SIGUSR1, [&] { called = true; });
    std::thread sender([id = ::pthread_self()] { ::pthread_kill(id, SIGUSR1); });
    while (!called)
        f.loop.run_once({});
    sender.join();
    CHECK(called);
}

TEST_CASE("the former action is back when the loop is gone", "[signals][E21]") {
    const own_action action;
    {
        loop_fixture f;
        f.loop.on_signal(SIGUSR1, [] {});
    }
    ::raise(SIGUSR1);
    CHECK(former_calls == 1);
}

TEST_CASE("an empty function gives the former action back", "[signals][E21]") {
    const own_action action;
    loop_fixture f;
    int calls = 0;
    f.loop.on_signal(SIGUSR1, [&] { ++calls; });
    f.loop.on_signal(SIGUSR1, {});
    ::raise(SIGUSR1);
    f.iterate(3);
    CHECK(former_calls == 1);
    CHECK(calls == 0);
}

TEST_CASE("a function given later takes the signal over", "[signals][E21]") {
    const own_action action;
    loop_fixture f;
    f.loop.on_signal(SIGUSR1, [&] { f.note("old"); });
    f.loop.on_signal(SIGUSR1, [&] { f.note("new"); });
    ::raise(SIGUSR1);
    f.run_until("it is called", [&] { return !f.journal.empty(); });
    CHECK(f.journal == std::vector<std::string>{"new"});
}

TEST_CASE("a signal function may give itself up", "[signals][E39]") {
    const own_action action;
    loop_fixture f;
    f.loop.on_signal(SIGUSR1, [&f] {
        f.loop.on_signal(SIGUSR1, {});
        f.note("once");
    });
    ::raise(SIGUSR1);
    f.run_until("it is called", [&] { return !f.journal.empty(); });
    ::raise(SIGUSR1);
    f.iterate(3);
    CHECK(f.journal.size() == 1);
    CHECK(former_calls == 1);
}

TEST_CASE("one loop owns a signal at a time", "[signals][E21]") {
    const own_action action;
    loop_fixture f;
    std::optional<reactor::loop> other(std::in_place);
    other->on_signal(SIGUSR1, [] {});
    std::error_code ec;
    try {
        f.loop.on_signal(SIGUSR1, [] {});
    } catch (const std::system_error& e) {
        ec = e.code();
    }
    CHECK(ec == std::errc::device_or_resource_busy);
    other.reset();
    f.loop.on_signal(SIGUSR1, [&] { f.note("mine"); });
    ::raise(SIGUSR1);
    f.run_until("it is called", [&] { return !f.journal.empty(); });
}

TEST_CASE("a signal that does not exist is refused", "[signals][E21]") {
    loop_fixture f;
    CHECK_THROWS_AS(f.loop.on_signal(-1, [] {}), std::system_error);
    CHECK_THROWS_AS(f.loop.on_signal(SIGKILL, [] {}), std::system_error);
    CHECK_NOTHROW(f.loop.on_signal(SIGUSR1, [] {}));
}

TEST_CASE("the last of ten thousand signals from another thread is not lost", "[signals][E21]") {
    const own_action action;
    loop_fixture f;
    std::atomic<int> sent = 0;
    std::atomic<bool> all_sent = false;
    int calls = 0;
    int seen = 0;
    f.loop.on_signal(SIGUSR1, [&] {
        ++calls;
        seen = sent.load();
    });
    std::thread sender([&] {
        for (int i = 0; i < 10'000; ++i) {
            sent.fetch_add(1);
            ::raise(SIGUSR1); // delivered to the sender itself, before it goes on
        }
        all_sent = true;
    });
    f.run_until("a call came after the last signal", [&] { return all_sent && seen == 10'000; });
    sender.join();
    f.iterate(3);
    CHECK(calls >= 1);
    CHECK(calls <= 10'000);
    CHECK(former_calls == 0);
}

TEST_CASE("a signal leaves errno as it was", "[signals][E21]") {
    const own_action action;
    loop_fixture f;
    f.loop.on_signal(SIGUSR1, [&] { f.note("called"); });
    errno = ELOOP;
    for (int i = 0; i < 70'000; ++i) // until a wake-up by a pipe, where it is one, finds it full
        ::raise(SIGUSR1);
    CHECK(errno == ELOOP);
    f.run_until("it is called", [&] { return !f.journal.empty(); });
}
