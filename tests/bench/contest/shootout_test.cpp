// The program itself, with short runs of our own two servers.
#include "support/catch.hpp"
#include "support/program.hpp"
#include "support/temp_dir.hpp"
#include "support/wait_until.hpp"

#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using Catch::Matchers::ContainsSubstring;
using support::program;

namespace {

/// What /proc tells of a process: nothing of one that is gone, or that only waits to be counted.
struct process {
    pid_t number = 0;
    pid_t parent = 0;

    static std::optional<process> find(const std::string& number) {
        std::ifstream file("/proc/" + number + "/stat");
        std::string stat;
        std::getline(file, stat);
        process found;
        char state = 0;
        const auto name_end = stat.rfind(')');
        if (name_end == std::string::npos ||
            std::sscanf(stat.c_str() + name_end + 1, " %c %d", &state, &found.parent) != 2 ||
            state == 'Z' || state == 'X')
            return {};
        found.number = std::stoi(stat);
        return found;
    }
};

bool lives(pid_t number) { return process::find(std::to_string(number)).has_value(); }

std::vector<pid_t> children_of(pid_t parent) {
    std::vector<pid_t> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc"))
        if (const auto one = process::find(entry.path().filename().string());
            one && one->parent == parent)
            found.push_back(one->number);
    return found;
}

/// A contest of the test's own, which has a directory for all that it leaves.
class contest_run {
public:
    explicit contest_run(std::vector<std::string> options)
        : shootout_(SHOOTOUT_BINARY, prepared(std::move(options))) {}
    ~contest_run() { ::unsetenv("TMPDIR"); }
    contest_run(const contest_run&) = delete;
    contest_run& operator=(const contest_run&) = delete;

    program& shootout() noexcept { return shootout_; }
    /// The server and the load: once there are both.
    std::vector<pid_t> wait_for_children() {
        std::vector<pid_t> found;
        support::wait_until("a server and a load run", [&] {
            found = children_of(shootout_.pid());
            return found.size() == 2;
        });
        return found;
    }
    /// Nothing is left of it but its results.
    void check_clean(const std::vector<pid_t>& processes) const {
        for (const pid_t one : processes)
            CHECK_FALSE(lives(one));
        CHECK(std::filesystem::is_empty(temporary()));
    }
    [[nodiscard]] std::filesystem::path results() const { return directory_.path() / "results"; }

private:
    [[nodiscard]] std::filesystem::path temporary() const { return directory_.path() / "tmp"; }
    /// The options with those that keep everything in the directory.
    std::vector<std::string> prepared(std::vector<std::string> options) const {
        std::filesystem::create_directory(temporary());
        ::setenv("TMPDIR", temporary().c_str(), 1);
        options.insert(options.end(), {"--output", results().string()});
        return options;
    }

    support::temp_dir directory_;
    program shootout_;
};

const std::vector<std::string> endless{"--servers", "yardstick,chatd", "--members", "5", "--idle",
                                       "0",         "--duration",      "1m"};

} // namespace

TEST_CASE("a contest of two servers ends with a table and a page", "[contest]") {
    contest_run run({"--servers", "chatd,yardstick", "--members", "5", "--idle", "0,3", "--repeats",
                     "1", "--duration", "60ms"});
    CHECK(run.shootout().wait() == 0);
    const std::string text = run.shootout().output();
    CHECK_THAT(text, ContainsSubstring("[4/4] ") && ContainsSubstring("5 members, 3 idle\n") &&
                         ContainsSubstring("  chatd ") && ContainsSubstring("  yardstick "));
    CHECK_THAT(text, !ContainsSubstring("failed: "));
    CHECK(std::filesystem::file_size(run.results() / "shootout.txt") > 0);
    CHECK(std::filesystem::file_size(run.results() / "shootout.html") > 0);
    run.check_clean({});
}

TEST_CASE("ctrl-c ends a contest and all that it started", "[contest]") {
    contest_run run(endless);
    const auto processes = run.wait_for_children();
    run.shootout().signal(SIGINT);
    CHECK(run.shootout().wait() == 1);
    run.check_clean(processes);
    CHECK_THAT(run.shootout().output(), ContainsSubstring("Partial"));
    CHECK(std::filesystem::exists(run.results() / "shootout.html"));
}

TEST_CASE("a contest that is killed leaves no process", "[contest]") {
    contest_run run(endless);
    const auto processes = run.wait_for_children();
    run.shootout().signal(SIGKILL);
    CHECK(run.shootout().wait() == -SIGKILL);
    for (const pid_t one : processes)
        support::wait_until("it is gone", [&] { return !lives(one); });
}

TEST_CASE("a server that dies is told of and the contest goes on", "[contest]") {
    contest_run run({"--servers", "yardstick,chatd", "--members", "5", "--idle", "0", "--repeats",
                     "1", "--duration", "1s"});
    const auto processes = run.wait_for_children();
    ::kill(std::min(processes[0], processes[1]), SIGKILL); // it was started first
    CHECK(run.shootout().wait() == 1);
    CHECK_THAT(run.shootout().output(),
               ContainsSubstring("yardstick  failed: the server ended by Killed") &&
                   ContainsSubstring("[2/2] chatd") && ContainsSubstring("\n  chatd "));
    run.check_clean(processes);
}

TEST_CASE("a server that is not there is refused by its name", "[contest]") {
    program wrong(SHOOTOUT_BINARY, {"--servers", "apache"});
    CHECK(wrong.wait() == 2);
    CHECK_THAT(wrong.output(), ContainsSubstring("--servers: 'apache' is none of"));
}

TEST_CASE("an output that cannot be written is told of before anything runs", "[contest]") {
    program wrong(SHOOTOUT_BINARY, {"--servers", "yardstick", "--output", "/proc/nowhere"});
    CHECK(wrong.wait() == 1);
    CHECK_THAT(wrong.output(),
               ContainsSubstring("shootout: ") && ContainsSubstring("/proc/nowhere"));
    CHECK_THAT(wrong.output(), !ContainsSubstring("[1/"));
}
