// Child processes: each end is told once, with its status, by descriptor and by SIGCHLD.
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"

#include <reactor/child_watch.hpp>
#include <reactor/unique_fd.hpp>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

using namespace std::chrono_literals;
using reactor::child_watch;
using support::loop_fixture;

namespace {

/// Children that wait for `open` to be called, then all end at once.
class gate {
public:
    gate() {
        std::array<int, 2> ends{};
        REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
        read_.reset(ends[0]);
        write_.reset(ends[1]);
    }
    /// A child that exits with `code`, or by the signal of the number `-code`.
    pid_t start(int code) {
        const pid_t pid = ::fork();
        REQUIRE(pid >= 0);
        if (pid != 0)
            return pid;
        write_.reset();
        char byte = 0;
        while (::read(read_.get(), &byte, 1) < 0) {}
        if (code < 0) {
            std::signal(-code, SIG_DFL);
            ::kill(::getpid(), -code);
        }
        ::_exit(code);
    }
    void open() { write_.reset(); }

private:
    reactor::unique_fd read_;
    reactor::unique_fd write_;
};

/// No descriptor is left while it lives: children must be watched by SIGCHLD.
class descriptor_limit {
public:
    descriptor_limit() {
        ::getrlimit(RLIMIT_NOFILE, &former_);
        const reactor::unique_fd next{::dup(0)};
        const rlimit none{static_cast<rlim_t>(next.get()), former_.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &none);
    }
    ~descriptor_limit() { ::setrlimit(RLIMIT_NOFILE, &former_); }
    descriptor_limit(const descriptor_limit&) = delete;
    descriptor_limit& operator=(const descriptor_limit&) = delete;

private:
    rlimit former_{};
};

enum class way { descriptor, signal };

/// Watches in the way under test.
template <class F>
child_watch watch(loop_fixture& f, pid_t pid, way by, F function) {
    std::optional<descriptor_limit> limit;
    if (by == way::signal)
        limit.emplace();
    return child_watch(f.loop, pid, std::move(function));
}

std::error_code refusal(loop_fixture& f, pid_t pid) {
    try {
        const child_watch watch(f.loop, pid, [](int) {});
    } catch (const std::system_error& e) {
        return e.code();
    }
    return {};
}

} // namespace

TEST_CASE("200 children that end at once are each told once with their status", "[children][E22]") {
    const auto by = GENERATE(way::descriptor, way::signal);
    loop_fixture f;
    gate gate;
    struct seen {
        int times = 0;
        int status = 0;
    };
    std::map<pid_t, seen> ends;
    std::map<pid_t, int> expected;
    std::vector<child_watch> watches;
    for (int i = 0; i < 200; ++i) {
        const int code = i % 10 == 0 ? -SIGTERM : i;
        const auto pid = gate.start(code);
        expected[pid] = code;
        watches.push_back(watch(f, pid, by, [&ends, pid](int status) {
            ++ends[pid].times;
            ends[pid].status = status;
        }));
    }
    f.iterate(3);
    CHECK(ends.empty());
    CHECK(f.loop.has_work());
    gate.open();
    f.run_until("all have been told", [&] { return ends.size() == 200; });
    f.iterate(3);
    for (const auto& [pid, code] : expected) {
        INFO("child with " << code);
        CHECK(ends[pid].times == 1);
        const int status = ends[pid].status;
        if (code >= 0)
            CHECK((WIFEXITED(status) && WEXITSTATUS(status) == code));
        else
            CHECK((WIFSIGNALED(status) && WTERMSIG(status) == -code));
    }
    for (const auto& watch : watches)
        CHECK_FALSE(watch.pending());
    CHECK_FALSE(f.loop.has_work());
    CHECK(::waitpid(-1, nullptr, WNOHANG) == -1); // no zombie is left
    CHECK(errno == ECHILD);
}

TEST_CASE("a child that ended before it was watched is told of by the loop", "[children][E22]") {
    const auto by = GENERATE(way::descriptor, way::signal);
    loop_fixture f;
    gate gate;
    const auto pid = gate.start(3);
    gate.open();
    siginfo_t info{};
    REQUIRE(::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) == 0);
    int code = -1;
    const auto watch_of = watch(f, pid, by, [&](int status) { code = WEXITSTATUS(status); });
    CHECK(code == -1);
    CHECK(watch_of.pending());
    f.loop.run();
    CHECK(code == 3);
}

TEST_CASE("other children are left for those who wait for them", "[children][E22]") {
    const auto by = GENERATE(way::descriptor, way::signal);
    loop_fixture f;
    gate gate;
    const auto ours = gate.start(1);
    const auto theirs = gate.start(2);
    bool told = false;
    const auto watch_of = watch(f, ours, by, [&](int) { told = true; });
    gate.open();
    f.run_until("ours has been told", [&] { return told; });
    int status = 0;
    CHECK(::waitpid(theirs, &status, 0) == theirs);
    CHECK(WEXITSTATUS(status) == 2);
}

TEST_CASE("a cancelled watch leaves the child to others", "[children]") {
    const auto by = GENERATE(way::descriptor, way::signal);
    loop_fixture f;
    gate gate;
    const auto pid = gate.start(4);
    std::optional<child_watch> destroyed(watch(f, pid, by, [&](int) { f.note("told"); }));
    destroyed.reset();
    CHECK_FALSE(f.loop.has_work());
    gate.open();
    int status = 0;
    CHECK(::waitpid(pid, &status, 0) == pid);
    f.iterate(3);
    CHECK(f.journal.empty());
}

TEST_CASE("a watch may be destroyed in its own function and make another", "[children][E39]") {
    const auto by = GENERATE(way::descriptor, way::signal);
    loop_fixture f;
    gate first;
    gate second;
    const auto next = second.start(6);
    second.open();
    std::unique_ptr<child_watch> watch_of;
    std::vector<int> codes;
    watch_of = std::make_unique<child_watch>(watch(f, first.start(5), by, [&](int status) {
        codes.push_back(WEXITSTATUS(status));
        watch_of = std::make_unique<child_watch>(
            f.loop, next, [&](int other) { codes.push_back(WEXITSTATUS(other)); });
    }));
    first.open();
    f.run_until("both have been told", [&] { return codes.size() == 2; });
    CHECK(codes == std::vector<int>{5, 6});
}

TEST_CASE("a child that someone else waited for is told of without a status", "[children]") {
    const auto by = GENERATE(way::descriptor, way::signal);
    loop_fixture f;
    gate gate;
    const auto pid = gate.start(7);
    std::optional<int> status;
    const auto watch_of = watch(f, pid, by, [&](int s) { status = s; });
    gate.open();
    REQUIRE(::waitpid(pid, nullptr, 0) == pid);
    ::raise(SIGCHLD); // the other way needs one: the child's own may have been merged with it
    f.run_until("it has been told", [&] { return status.has_value(); });
    CHECK_FALSE(WIFEXITED(*status));
    CHECK_FALSE(WIFSIGNALED(*status));
}

TEST_CASE("what is no child of this process is refused", "[children]") {
    loop_fixture f;
    for (const pid_t pid : {1, 0, -1, ::getpid()}) {
        INFO(pid);
        CHECK(refusal(f, pid) == std::errc::no_child_process);
    }
    CHECK_FALSE(f.loop.has_work());
}

TEST_CASE("a watch that outlives its loop is inactive", "[children]") {
    gate gate;
    const auto pid = gate.start(0);
    std::optional<reactor::loop> loop(std::in_place);
    child_watch watch_of(*loop, pid, [](int) { FAIL_CHECK("called"); });
    loop.reset();
    CHECK_FALSE(watch_of.pending());
    watch_of.cancel();
    child_watch moved = std::move(watch_of);
    CHECK_FALSE(moved.pending());
    gate.open();
    CHECK(::waitpid(pid, nullptr, 0) == pid);
}

TEST_CASE("a program's own SIGCHLD function goes on beside watched children", "[children][E21]") {
    loop_fixture f;
    gate gate;
    int signals = 0;
    bool told = false;
    f.loop.on_signal(SIGCHLD, [&] { ++signals; });
    const auto watch_of = watch(f, gate.start(0), way::signal, [&](int) { told = true; });
    gate.open();
    f.run_until("both have been told", [&] { return told && signals > 0; });
    f.loop.on_signal(SIGCHLD, {}); // given up, and watching goes on
    const auto before = signals;
    bool told_again = false;
    class gate other;
    const auto another = watch(f, other.start(0), way::signal, [&](int) { told_again = true; });
    other.open();
    f.run_until("the second has been told", [&] { return told_again; });
    CHECK(signals == before);
}
