#include "bench/contest/child.hpp"

#include "bench/contest/held_signals.hpp"
#include "bench/contest/private_dir.hpp"

#include "support/catch.hpp"
#include "support/wait_until.hpp"

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

using contest::child;
using contest::child_start;
using contest::held_signals;
using contest::private_dir;

namespace {

/// A shell that runs a script of ours.
child_start shell(const private_dir& directory, const std::string& script) {
    return {.argv = {"/bin/sh", "-c", script},
            .directory = directory.path(),
            .output = directory.path() / "output",
            .core = {}};
}

bool lives(pid_t process) { return ::kill(process, 0) == 0; }

} // namespace

TEST_CASE("a child ends with its status and its last words", "[contest]") {
    const held_signals signals;
    const private_dir directory;
    child one(shell(directory, "echo first; echo last >&2; echo; exit 3"), signals);
    REQUIRE(one.wait(support::patience));
    CHECK(one.status() == 3);
    CHECK(one.first_words() == "first");
    CHECK(one.last_words() == "ended with status 3: last");
}

TEST_CASE("a child that a signal ends says by which", "[contest]") {
    const held_signals signals;
    const private_dir directory;
    child one(shell(directory, "kill -9 $$"), signals);
    REQUIRE(one.wait(support::patience));
    CHECK(one.status() == -SIGKILL);
    CHECK(one.last_words() == "ended by Killed");
}

TEST_CASE("a program that cannot be run says why", "[contest]") {
    const held_signals signals;
    const private_dir directory;
    auto how = shell(directory, "");
    how.argv = {"/no/such/program"};
    child one(how, signals);
    REQUIRE(one.wait(support::patience));
    CHECK(one.last_words() == "ended with status 127: /no/such/program: No such file or directory");
}

TEST_CASE("a child and what it started do not outlive their owner", "[contest]") {
    const held_signals signals;
    const private_dir directory;
    auto one = std::make_unique<child>(
        shell(directory, "sh -c 'trap \"\" TERM; echo ready; while :; do sleep 1; done' & "
                         "wait"),
        signals);
    support::wait_until("the grandchild is ready", [&] { return one->first_words() == "ready"; });
    CHECK_FALSE(one->ended());
    const pid_t group = one->pid();
    CHECK(lives(-group));
    one.reset();
    support::wait_until("the group is gone", [&] { return !lives(-group); });
}

TEST_CASE("a wait is over when the program is told to end", "[contest]") {
    const held_signals signals;
    const private_dir directory;
    child one(shell(directory, "kill -TERM $PPID; exec sleep 1000"), signals);
    try {
        (void)one.wait(support::patience);
        FAIL("it waited on");
    } catch (const contest::interrupted& told) {
        CHECK(told.signal == SIGTERM);
    }
}

TEST_CASE("a private directory goes with all it holds", "[contest]") {
    std::filesystem::path path;
    {
        const private_dir directory;
        path = directory.path();
        std::filesystem::create_directories(path / "a" / "b");
        CHECK((std::filesystem::status(path).permissions() & std::filesystem::perms::others_all) ==
              std::filesystem::perms::none);
    }
    CHECK_FALSE(std::filesystem::exists(path));
}
