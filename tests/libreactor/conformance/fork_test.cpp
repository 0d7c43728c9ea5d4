// A loop and fork: the child makes it its own or leaves it alone, and the parent never notices.
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"

#include "hooked_channels.hpp"

#include <reactor/child_watch.hpp>
#include <reactor/error.hpp>
#include <reactor/timer.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

using namespace std::chrono_literals;
using support::loop_fixture;
using support::make_socket_pair;
using support::scripted_peer;

namespace {

/// Runs `function` in a forked child, whose exit status it gives; nothing else of the test does.
pid_t in_child(const std::function<int()>& function) {
    const pid_t pid = ::fork();
    REQUIRE(pid >= 0);
    if (pid != 0)
        return pid;
    int status = 99;
    try {
        status = function();
    } catch (...) {
        status = 98;
    }
    ::_exit(status);
}

int exit_status(pid_t pid) {
    int status = 0;
    REQUIRE(::waitpid(pid, &status, 0) == pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

class echo : public reactor::async_chat {
public:
    echo(reactor::loop& owner, reactor::unique_fd fd) : async_chat(owner, std::move(fd)) {
        set_terminator("\n");
    }
    [[nodiscard]] const char* class_name() const noexcept override { return "echo"; }

protected:
    void handle_line(std::string_view line) override {
        push(std::to_string(::getpid()) + " " + std::string(line) + "\n");
    }
};

/// Two echo channels of one loop and their peers, in the parent.
struct two_echoes {
    explicit two_echoes(loop_fixture& f, support::socket_pair a = make_socket_pair(AF_UNIX),
                        support::socket_pair b = make_socket_pair(AF_UNIX))
        : first_peer(std::move(a.theirs)), second_peer(std::move(b.theirs)),
          first(std::make_unique<echo>(f.loop, std::move(a.ours))),
          second(std::make_unique<echo>(f.loop, std::move(b.ours))) {
        f.pump({&first_peer, &second_peer});
        f.iterate(2);
    }

    /// In the child: the peers are the parent's, and end when it closes them.
    void forget_peers() const {
        ::close(first_peer.fd());
        ::close(second_peer.fd());
    }

    scripted_peer first_peer;
    scripted_peer second_peer;
    std::unique_ptr<echo> first;
    std::unique_ptr<echo> second;
};

std::string answer(pid_t pid, const std::string& text) {
    return std::to_string(pid) + " " + text + "\n";
}

} // namespace

TEST_CASE("parent and child echo independently after a fork", "[plain][fork][E23]") {
    loop_fixture f;
    two_echoes echoes(f);
    const auto child = in_child([&] {
        f.loop.after_fork_child();
        echoes.forget_peers();
        echoes.first.reset(); // the parent's
        f.loop.run();         // until the peer ends
        return f.loop.counters().audit_findings == 0 ? 0 : 1;
    });
    echoes.second.reset(); // the child's
    std::string to_first;
    std::string to_second;
    for (int i = 0; i < 100; ++i) {
        const auto text = std::to_string(i);
        echoes.first_peer.send(text + "\n");
        echoes.second_peer.send(text + "\n");
        to_first += answer(::getpid(), text);
        to_second += answer(child, text);
        f.run_until("both have answered", [&] {
            return echoes.first_peer.received() == to_first &&
                   echoes.second_peer.received() == to_second;
        });
    }
    echoes.second_peer.close();
    f.run_until("the child's peer has closed", [&] { return !echoes.second_peer.is_open(); });
    CHECK(exit_status(child) == 0);
    echoes.first_peer.send("after\n");
    f.run_until("the parent goes on", [&] {
        return echoes.first_peer.received() == to_first + answer(::getpid(), "after");
    });
}

TEST_CASE("a child that destroys the loop leaves the parent's as it is", "[plain][fork][E23]") {
    std::optional<reactor::loop> loop(std::in_place);
    auto pair = make_socket_pair(AF_UNIX);
    scripted_peer peer(std::move(pair.theirs));
    auto channel = std::make_unique<echo>(*loop, std::move(pair.ours));
    loop->run_once();
    loop->run_once();
    const auto child = in_child([&] {
        channel.reset();
        loop.reset();
        return 0;
    });
    CHECK(exit_status(child) == 0);
    peer.send("still there\n");
    const auto deadline = std::chrono::steady_clock::now() + support::patience;
    while (peer.received().empty() && std::chrono::steady_clock::now() < deadline) {
        loop->run_once(1ms);
        peer.pump();
    }
    CHECK(peer.received() == answer(::getpid(), "still there"));
}

TEST_CASE("timers and posts and signals go on in the child", "[fork][E23]") {
    loop_fixture f;
    int signals = 0;
    bool ran = false;
    bool posted = false;
    reactor::timer timer(f.loop, [&] { ran = true; });
    timer.start(5ms);
    f.loop.post([&] { posted = true; });
    f.loop.on_signal(SIGUSR1, [&] { ++signals; });
    const auto child = in_child([&] {
        f.loop.after_fork_child();
        ::raise(SIGUSR1);
        f.loop.run();
        return ran && posted && signals == 1 ? 0 : 1;
    });
    CHECK(exit_status(child) == 0);
    f.loop.run();
    CHECK((ran && posted && signals == 0));
}

TEST_CASE("a signal that came before the fork is the parent's", "[fork][E21][E23]") {
    loop_fixture f;
    int signals = 0;
    f.loop.on_signal(SIGUSR1, [&] { ++signals; });
    ::raise(SIGUSR1);
    const auto child = in_child([&] {
        f.loop.after_fork_child();
        for (int i = 0; i < 3; ++i)
            f.loop.run_once(0ms);
        return signals;
    });
    CHECK(exit_status(child) == 0);
    f.run_until("the parent is told", [&] { return signals == 1; });
}

TEST_CASE("a signal that comes before the child has its loop is told afterwards",
          "[fork][E21][E23]") {
    loop_fixture f;
    int signals = 0;
    f.loop.on_signal(SIGUSR1, [&] { ++signals; });
    const auto child = in_child([&] {
        ::raise(SIGUSR1);
        f.loop.after_fork_child();
        f.loop.run_once(0ms);
        return signals;
    });
    CHECK(exit_status(child) == 1);
    f.iterate(3);
    CHECK(signals == 0);
}

TEST_CASE("a post in the child does not wake the parent", "[fork][E23]") {
    loop_fixture f;
    f.iterate();
    const auto before = f.counters().wakeups;
    const auto child = in_child([&] {
        f.loop.after_fork_child();
        bool ran = false;
        f.loop.post([&] { ran = true; });
        f.loop.run();
        return ran ? 0 : 1;
    });
    CHECK(exit_status(child) == 0);
    f.iterate(3);
    CHECK(f.counters().wakeups == before);
}

TEST_CASE("a fork inside a callback may go on with the loop", "[plain][fork][E23]") {
    loop_fixture f;
    two_echoes echoes(f);
    pid_t child = -1;
    f.loop.post([&] {
        child = ::fork();
        if (child == 0) {
            f.loop.after_fork_child();
            echoes.forget_peers();
            echoes.first.reset();
        } else {
            echoes.second.reset();
        }
    });
    f.loop.run_once();
    if (child == 0) {
        f.loop.run();
        ::_exit(0);
    }
    echoes.second_peer.send("x\n");
    f.run_until("the child has answered",
                [&] { return echoes.second_peer.received() == answer(child, "x"); });
    echoes.second_peer.close();
    f.run_until("the child's peer has closed", [&] { return !echoes.second_peer.is_open(); });
    CHECK(exit_status(child) == 0);
}

TEST_CASE("the parent's children are not the child's", "[fork][E22][E23]") {
    loop_fixture f;
    const auto pid = in_child([] { return 5; });
    int code = -1;
    reactor::child_watch watch(f.loop, pid, [&](int status) { code = WEXITSTATUS(status); });
    const auto child = in_child([&] {
        f.loop.after_fork_child();
        return watch.pending() || f.loop.has_work() ? 1 : 0;
    });
    CHECK(exit_status(child) == 0);
    f.run_until("the parent is told", [&] { return code == 5; });
}

TEST_CASE("after_fork_child does nothing in the process whose loop it is", "[fork]") {
    loop_fixture f;
    const auto before = f.counters().set_rebuilds;
    f.loop.after_fork_child();
    f.iterate();
    CHECK(f.counters().set_rebuilds == before);
}
