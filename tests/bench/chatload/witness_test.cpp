// A closed window where a server gives nobody its own lines: another member tells that they came.

#include "bench/chatload/runner.hpp"
#include "bench/chatload/test_server.hpp"
#include "support/catch.hpp"

#include <reactor/async_chat.hpp>
#include <reactor/loop.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using chatload::load;
using chatload::plan;
using chatload::run_figures;
using chatload::runner;
using chatload::workload;
using namespace std::chrono_literals;

namespace {

/// As much of an IRC server as a run needs, on a thread of its own.
class irc_server {
public:
    irc_server() : door_(std::make_unique<door>(loop_, *this)), address_(door_->local_address()) {
        thread_ = std::thread([this] { loop_.run(); });
    }
    ~irc_server() {
        loop_.stop();
        thread_.join();
    }

    [[nodiscard]] plan short_run() const {
        plan asked;
        asked.server = address_;
        asked.protocol = "irc";
        asked.duration = 100ms;
        asked.warm_up = 20ms;
        asked.patience = 20s;
        return asked;
    }

private:
    struct guest : reactor::async_chat {
        guest(reactor::loop& owner, reactor::unique_fd fd, irc_server& its)
            : async_chat(owner, std::move(fd)), home(its) {
            set_terminator("\r\n");
            home.guests_.push_back(this);
        }
        void handle_line(std::string_view line) override { home.heard(*this, line); }
        void handle_close(std::error_code) override { std::erase(home.guests_, this); }

        irc_server& home;
        std::string name;
        std::string room;
    };
    struct door : reactor::dispatcher {
        door(reactor::loop& owner, irc_server& its) : dispatcher(owner), home(its) {
            listen_on(reactor::endpoint::loopback_v4(0));
        }
        void handle_accepted(reactor::unique_fd fd, const reactor::endpoint&) override {
            owner().spawn<guest>(std::move(fd), home);
        }
        irc_server& home;
    };

    void heard(guest& from, std::string_view line) {
        const std::string_view word = line.substr(0, line.find(' '));
        const std::string_view rest = line.substr(std::min(word.size() + 1, line.size()));
        if (word == "NICK")
            from.push(fmt::format(":irc 001 {} :Welcome\r\n", from.name = rest));
        else if (word == "PING")
            from.push(fmt::format(":irc PONG irc {}\r\n", rest));
        else if (word == "QUIT")
            from.close_when_done();
        else if (word == "PRIVMSG")
            tell(from, line, false);
        else if (word == "JOIN")
            join(from, rest);
    }
    void join(guest& from, std::string_view room) {
        from.room = room;
        tell(from, fmt::format("JOIN {}", room), true);
        from.push(fmt::format(":irc 366 {} {} :End\r\n", from.name, room));
    }
    void tell(const guest& from, std::string_view what, bool all) {
        for (guest* one : guests_) {
            if (one->room == from.room && (all || one != &from))
                one->push(fmt::format(":{}!~u@here {}\r\n", from.name, what));
        }
    }

    std::vector<guest*> guests_;
    reactor::loop loop_;
    std::unique_ptr<door> door_;
    reactor::endpoint address_;
    std::thread thread_;
};

} // namespace

TEST_CASE("a window is acknowledged by another member where nobody hears itself", "[witness]") {
    const irc_server server;
    for (const std::uint32_t senders : {1U, 2U, 5U}) {
        plan asked = server.short_run();
        asked.loads = {load_of(workload::fan_out, 5)};
        asked.loads[0].senders = senders;
        const run_figures found = run_until(has_times_of_others, asked);
        INFO(senders << " senders: " << shown(found));
        CHECK(found.ok());
        CHECK(found.whole_run.lines > 4 * senders); // more than the first window
        CHECK(found.whole_run.deliveries == found.whole_run.lines * 4);
        CHECK(times_of(found.loads[0], "echo").count() == 0);
        CHECK(has_times_of_others(found));
    }
}

TEST_CASE("each thread has its own witness", "[witness]") {
    const irc_server server;
    for (const std::uint32_t threads : {2U, 3U}) {
        plan asked = server.short_run();
        asked.threads = threads;
        asked.loads = {load_of(workload::rooms, 5)};
        asked.loads[0].rooms = 4;
        asked.loads[0].senders = 5;
        const run_figures found = runner(asked).run();
        INFO(threads << " threads: " << shown(found));
        CHECK(found.ok());
        CHECK(found.whole_run.joins == 4 * 10);
        CHECK(found.whole_run.lines > 4 * 5 * 4); // more than the first windows
        CHECK(found.whole_run.deliveries == found.whole_run.lines * 4);
    }
}

TEST_CASE("rooms of two say lines at a rate in several threads", "[witness]") {
    const irc_server server;
    plan asked = server.short_run();
    asked.threads = 2;
    asked.loads = {load_of(workload::rooms, 2)};
    asked.loads[0].rooms = 10;
    asked.loads[0].rate = 1000;
    const run_figures found = run_until(keeps_rate(1000), asked);
    INFO(shown(found));
    CHECK(found.ok());
    CHECK(keeps_rate(1000)(found));
    CHECK(found.whole_run.deliveries == found.whole_run.lines);
}

TEST_CASE("all workloads work in rooms of their own", "[witness]") {
    const irc_server server;
    for (const std::uint32_t threads : {1U, 2U}) {
        plan asked = server.short_run();
        asked.threads = threads;
        asked.loads = {load_of(workload::rooms, 3),    load_of(workload::stalled, 4),
                       load_of(workload::churn, 1000), load_of(workload::ping, 3),
                       load_of(workload::idle, 3),     load_of(workload::storm, 10)};
        asked.loads[0].rooms = 2;
        asked.loads[2].rate = 50;
        asked.loads[4].logged_in = true;
        const run_figures found = runner(asked).run();
        INFO(threads << " threads: " << shown(found));
        CHECK(found.ok());
        CHECK(found.loads[0].done.lines > 0);
        CHECK(found.loads[1].done.lines > 0);
        CHECK(found.loads[2].done.logins > 0);
        CHECK(found.loads[3].done.answers > 0);
        CHECK(found.loads[5].done.logins == 10);
        CHECK(found.loads[5].done.joins == 45);
    }
}
