#include "bench/chatload/swarm.hpp"

#include "support/catch.hpp"

#include <reactor/async_chat.hpp>
#include <reactor/loop.hpp>

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using chatload::options;
using chatload::results;
using chatload::violation_kind;
using namespace std::chrono_literals;

namespace {

/// What a member gets instead of its `n`-th said line (from 0); members count from 0 in order of
/// login.
using fault =
    std::function<std::string(std::size_t member, std::size_t n, const std::string& line)>;

/// A small chat server on a thread of its own, which can be made to err.
class test_server {
public:
    explicit test_server(fault err = {}, std::string greeting = "Connect Success")
        : err_(std::move(err)), greeting_(std::move(greeting)), door_(loop_, *this) {
        door_.create_socket(AF_INET);
        door_.bind(reactor::endpoint::loopback_v4(0));
        door_.listen();
        address_ = door_.local_address();
        thread_ = std::thread([this] { loop_.run(); });
    }
    ~test_server() {
        loop_.stop();
        thread_.join();
    }

    /// Few clients, a short run.
    options run_of(std::uint32_t clients, std::uint32_t senders) const {
        options asked;
        asked.server = address_;
        asked.clients = clients;
        asked.senders = senders;
        asked.window = 4;
        asked.duration = 100ms;
        asked.warm_up = 20ms;
        asked.patience = 300ms;
        return asked;
    }

private:
    class guest : public reactor::async_chat {
    public:
        guest(reactor::loop& owner, reactor::unique_fd fd, test_server& home)
            : async_chat(owner, std::move(fd)), home_(home) {
            set_terminator("\n");
            push(home_.greeting_);
        }
        void handle_line(std::string_view line) override { home_.heard(*this, line); }
        void handle_close(std::error_code) override {
            std::replace(home_.members_.begin(), home_.members_.end(), this,
                         static_cast<guest*>(nullptr));
        }

        std::string name;
        std::size_t lines = 0;

    private:
        test_server& home_;
    };

    class door : public reactor::dispatcher {
    public:
        door(reactor::loop& owner, test_server& home) : dispatcher(owner), home_(home) {}
        void handle_accepted(reactor::unique_fd fd, const reactor::endpoint&) override {
            owner().spawn<guest>(std::move(fd), home_);
        }

    private:
        test_server& home_;
    };

    void heard(guest& from, std::string_view line) {
        if (line.starts_with("login ")) {
            from.name = line.substr(6);
            from.push("Login Success");
            for (guest* one : members_) {
                if (one != nullptr)
                    one->push(from.name + " has entered the room.\n");
            }
            members_.push_back(&from);
        } else if (line.starts_with("say ")) {
            const std::string said = from.name + ": " + std::string(line.substr(4)) + "\n";
            for (std::size_t i = 0; i < members_.size(); ++i) {
                if (members_[i] == nullptr)
                    continue;
                const std::size_t n = members_[i]->lines++;
                const std::string bytes = err_ ? err_(i, n, said) : said;
                if (bytes == "close")
                    members_[i]->close();
                members_[i]->push(bytes);
            }
        }
    }

    fault err_;
    std::string greeting_;
    std::vector<guest*> members_; // null in the place of one that is gone
    reactor::loop loop_;
    door door_;
    reactor::endpoint address_;
    std::thread thread_;
};

results run(const options& asked) { return std::make_unique<chatload::swarm>(asked)->run(); }

/// The run found this kind of violation only, `count` times.
void check_only(const results& found, violation_kind kind, std::uint64_t count) {
    INFO(chatload::to_text(found));
    CHECK(found.failure_count == 0);
    CHECK(found.found.of(kind) == count);
    CHECK(found.found.total() == count);
}

} // namespace

TEST_CASE("a run against a right server finds no fault", "[swarm]") {
    const test_server server;
    options asked = server.run_of(20, 3);
    asked.idle = 4;
    asked.server_pid = ::getpid();
    const results found = run(asked);
    INFO(chatload::to_text(found));
    CHECK(found.ok());
    CHECK(found.joins == 190);
    CHECK(found.lines > 0);
    CHECK(found.deliveries > found.lines);
    CHECK(found.all_deliveries == found.all_lines * 20);
    CHECK(found.own_echo.count() > 0);
    CHECK(found.others.count() > 0);
    CHECK(found.measured >= 100ms);
    CHECK(found.server);
}

TEST_CASE("a run of one client and one line at a time works", "[swarm]") {
    const test_server server;
    options asked = server.run_of(1, 1);
    asked.window = 1;
    const results found = run(asked);
    INFO(chatload::to_text(found));
    CHECK(found.ok());
    CHECK(found.all_lines > 1);
}

TEST_CASE("an open loop says as many lines as asked for", "[swarm]") {
    const test_server server;
    options asked = server.run_of(5, 2);
    asked.rate = 1000;
    const results found = run(asked);
    INFO(chatload::to_text(found));
    CHECK(found.ok());
    CHECK(found.all_lines >= 90);
    CHECK(found.own_echo.count() <= found.all_lines); // late ones may be of lines said before
}

TEST_CASE("large lines arrive whole", "[swarm]") {
    const test_server server;
    options asked = server.run_of(3, 3);
    asked.size = 20'000;
    const results found = run(asked);
    INFO(chatload::to_text(found));
    CHECK(found.ok());
    CHECK(found.all_lines > 0);
}

TEST_CASE("a line that the server drops for one client is lost", "[swarm]") {
    const test_server server([](std::size_t member, std::size_t n, const std::string& line) {
        return member == 3 && n == 7 ? std::string{} : line;
    });
    check_only(run(server.run_of(5, 2)), violation_kind::lost, 1);
}

TEST_CASE("a line that the server doubles is found", "[swarm]") {
    const test_server server([](std::size_t member, std::size_t n, const std::string& line) {
        return member == 3 && n == 7 ? line + line : line;
    });
    check_only(run(server.run_of(5, 2)), violation_kind::doubled, 1);
}

TEST_CASE("lines that the server swaps for one client are found", "[swarm]") {
    const test_server server(
        [held = std::string{}](std::size_t member, std::size_t n, const std::string& line) mutable {
            if (member != 3 || n < 7 || n > 8)
                return line;
            if (n == 7)
                return held = line, std::string{};
            return line + held;
        });
    check_only(run(server.run_of(5, 2)), violation_kind::reordered, 1);
}

TEST_CASE("a line that the server cuts is torn and lost", "[swarm]") {
    const test_server server([](std::size_t member, std::size_t n, const std::string& line) {
        return member == 3 && n == 7 ? line.substr(0, 33) + "\n" : line;
    });
    const results found = run(server.run_of(5, 2));
    INFO(chatload::to_text(found));
    CHECK(found.found.of(violation_kind::torn) == 1);
    CHECK(found.found.of(violation_kind::lost) == 1);
    CHECK(found.found.total() == 2);
}

TEST_CASE("a server that stops delivering is given up with all that was lost", "[swarm]") {
    const test_server server([](std::size_t, std::size_t n, const std::string& line) {
        return n < 40 ? line : std::string{};
    });
    const results found = run(server.run_of(5, 2));
    INFO(chatload::to_text(found));
    CHECK_FALSE(found.ok());
    CHECK(found.all_lines >= 40);
    CHECK(found.found.of(violation_kind::lost) == 5 * 8);
}

TEST_CASE("a client that the server closes is named and the others go on", "[swarm]") {
    const test_server server([](std::size_t member, std::size_t n, const std::string& line) {
        return member == 3 && n >= 7 ? std::string{"close"} : line;
    });
    const results found = run(server.run_of(5, 1));
    INFO(chatload::to_text(found));
    CHECK(found.failure_count == 1);
    REQUIRE(found.failures.size() == 1);
    CHECK_THAT(found.failures.front(), Catch::Matchers::ContainsSubstring("client u"));
    CHECK(found.found.total() == 0);
    CHECK(found.all_lines > 10);
}

TEST_CASE("a server that refuses is quoted", "[swarm]") {
    const test_server server({}, "Sorry, the server is full\n");
    const results found = run(server.run_of(2, 1));
    REQUIRE(found.failure_count >= 1);
    CHECK_THAT(found.failures.front(), Catch::Matchers::ContainsSubstring("refused: \"Sorry"));
}

TEST_CASE("a server that does not answer is waited for in vain", "[swarm]") {
    const test_server server({}, "");
    const results found = run(server.run_of(2, 1));
    REQUIRE(found.failure_count == 1);
    CHECK_THAT(found.failures.front(),
               Catch::Matchers::ContainsSubstring("waiting for the greeting"));
}

TEST_CASE("nobody listening is a failure that names the address", "[swarm]") {
    options asked;
    {
        const test_server server;
        asked = server.run_of(2, 1);
    }
    const results found = run(asked);
    REQUIRE(found.failure_count >= 1);
    CHECK_THAT(found.failures.front(), Catch::Matchers::ContainsSubstring("cannot connect"));
    CHECK_THAT(found.failures.front(),
               Catch::Matchers::ContainsSubstring(asked.server.to_string()));
}

TEST_CASE("an interrupted run still reports what it measured", "[swarm]") {
    const test_server server([](std::size_t member, std::size_t n, const std::string& line) {
        if (member == 0 && n == 1000)
            ::kill(::getpid(), SIGINT);
        return line;
    });
    options asked = server.run_of(5, 1);
    asked.warm_up = 0s;
    asked.duration = 60s;
    const results found = run(asked);
    INFO(chatload::to_text(found));
    CHECK(found.interrupted);
    CHECK(found.ok());
    CHECK(found.lines > 0);
    CHECK(found.measured < 30s);
}
