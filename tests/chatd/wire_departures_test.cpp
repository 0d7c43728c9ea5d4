// Departures at any moment, which killed the original server: K1, K2, K6 and K7.

#include <algorithm>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/daemon_process.hpp"
#include "support/wire_client.hpp"

using support::daemon_process;
using support::wire_client;

namespace {

std::string left(const std::string& name) { return name + " has left the room.\n"; }

std::size_t occurrences(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++count;
    return count;
}

/// Somebody in the room who keeps book of who is there.
class doorkeeper {
public:
    explicit doorkeeper(const std::string& endpoint)
        : client_(wire_client::logged_in(endpoint, "doorkeeper")) {}

    /// Waits until the room says that nobody else is in it and everyone who came has gone, once.
    void wait_until_alone() {
        support::wait_until("the doorkeeper is alone", [this] {
            client_.send("look\n");
            const std::string answer = client_.read_to_fence();
            note(answer);
            const bool none_inside = std::none_of(inside_.begin(), inside_.end(),
                                                  [](const auto& one) { return one.second; });
            return none_inside && answer.ends_with("Online Users:\ndoorkeeper\n");
        });
    }

    std::size_t came() const { return inside_.size(); }

private:
    void note(const std::string& heard) {
        std::istringstream lines(heard);
        for (std::string line; std::getline(lines, line);) {
            const std::string name = line.substr(0, line.find_first_of(" :"));
            if (line == name + " has entered the room.") {
                INFO(line);
                REQUIRE(inside_.emplace(name, true).second);
            } else if (line == name + " has left the room.") {
                INFO(line);
                REQUIRE(inside_[name]);
                inside_[name] = false;
            } else if (line.starts_with(name + ": ")) {
                INFO(line);
                REQUIRE(inside_[name]);
            }
        }
    }

    wire_client client_;
    std::map<std::string, bool> inside_;
};

} // namespace

TEST_CASE("a second logout before login harms nobody", "[wire][K1]") {
    daemon_process daemon;
    auto alice = wire_client::logged_in(daemon.endpoint(), "alice");
    for (int i = 0; i < 50; ++i) {
        wire_client other(daemon.endpoint());
        other.expect("Connect Success");
        other.send("logout\nlogout\n");
        other.expect_eof();
    }
    alice.fence();
    daemon.stop();
}

TEST_CASE("a client that logs in and closes without reading harms nobody", "[wire][K2]") {
    daemon_process daemon({"--flood-rate", "0"});
    doorkeeper keeper(daemon.endpoint());
    for (int i = 0; i < 300; ++i) {
        wire_client hasty(daemon.endpoint());
        hasty.send("login hasty" + std::to_string(i) + "\n");
        if (i % 2 == 0)
            hasty.reset();
    }
    keeper.wait_until_alone();
    daemon.stop();
}

TEST_CASE("a login and its reset that come together harm nobody", "[wire][K2]") {
    daemon_process daemon({"--flood-rate", "0"});
    doorkeeper keeper(daemon.endpoint());
    for (int i = 0; i < 100; ++i) {
        wire_client hasty(daemon.endpoint());
        hasty.expect("Connect Success");
        daemon.pause();
        hasty.send("login hasty" + std::to_string(i) + "\n");
        hasty.reset();
        daemon.resume();
    }
    keeper.wait_until_alone();
    daemon.stop();
}

TEST_CASE("a session may end behind any of its bytes", "[wire][K2]") {
    daemon_process daemon({"--flood-rate", "0"});
    doorkeeper keeper(daemon.endpoint());
    for (int i = 0; i < 80; ++i) {
        const std::string name = "user" + std::to_string(i);
        const std::string all = "login " + name + "\nsay hi\nlook\nlogout\n";
        const std::size_t cut = static_cast<std::size_t>(i) / 2;
        wire_client client(daemon.endpoint(), name);
        client.expect("Connect Success");
        client.send(std::string_view(all).substr(0, cut));
        if (i % 2 == 0)
            client.reset();
        else
            client.close();
    }
    keeper.wait_until_alone();
    CHECK(keeper.came() >= 1);
    daemon.stop();
}

TEST_CASE("a reset while another speaks costs nobody a line", "[wire][K6]") {
    daemon_process daemon;
    for (std::size_t round = 0; round < 24; ++round) {
        auto room = support::log_in_many(daemon.endpoint(), "user", 4);
        support::settle(room);
        const std::size_t victim = round % 4;
        const std::size_t speaker = (victim + 1 + round / 4 % 3) % 4;
        const std::string line = room[speaker].label() + ": hello\n";
        const std::string departure = left(room[victim].label());
        daemon.pause();
        if (round < 12)
            room[speaker].send("say hello\n");
        room[victim].reset();
        if (round >= 12)
            room[speaker].send("say hello\n");
        daemon.resume();
        room.erase(room.begin() + static_cast<std::ptrdiff_t>(victim));
        const std::string heard = room.front().read_lines(2);
        REQUIRE((heard == line + departure || heard == departure + line));
        for (std::size_t i = 1; i < room.size(); ++i)
            room[i].expect(heard);
        support::settle(room);
        for (wire_client& client : room) {
            client.send("logout\n");
            client.read_to_eof();
        }
    }
    daemon.stop();
}

TEST_CASE("250 resets at once and one say reach everyone else in one order", "[wire][K7]") {
    daemon_process daemon;
    auto stayers = support::log_in_many(daemon.endpoint(), "stayer", 3);
    auto leavers = support::log_in_many(daemon.endpoint(), "leaver", 250);
    support::settle(stayers);
    daemon.pause();
    for (wire_client& client : leavers)
        client.reset();
    stayers[1].send("say still here\n");
    daemon.resume();
    const std::string heard = stayers[0].read_lines(251);
    CHECK(occurrences(heard, "stayer1: still here\n") == 1);
    for (const wire_client& client : leavers)
        CHECK(occurrences("\n" + heard, "\n" + left(client.label())) == 1);
    stayers[1].expect(heard);
    stayers[2].expect(heard);
    stayers[1].send("look\n");
    stayers[1].expect("Online Users:\nstayer0\nstayer1\nstayer2\n");
    for (wire_client& client : stayers)
        client.fence();
    daemon.stop();
}

TEST_CASE("300 resets amid a speech leave every line with everyone else", "[wire][K6][K7]") {
    daemon_process daemon;
    auto stayers = support::log_in_many(daemon.endpoint(), "stayer", 5);
    auto leavers = support::log_in_many(daemon.endpoint(), "leaver", 300);
    auto latest = support::log_in_many(daemon.endpoint(), "latest", 5);
    std::move(latest.begin(), latest.end(), std::back_inserter(stayers));
    support::settle(stayers);
    std::string said;
    for (std::size_t i = 0; i < leavers.size(); ++i) {
        if (i % 3 == 0) {
            const std::string line = std::to_string(i / 3);
            stayers[2].send("say " + line + "\n");
            said += "stayer2: " + line + "\n";
        }
        leavers[i].reset();
    }
    const std::string heard = stayers.front().read_lines(400);
    for (std::size_t i = 1; i < stayers.size(); ++i)
        stayers[i].expect(heard);
    std::istringstream lines(heard);
    std::string said_in_order;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("stayer2: "))
            said_in_order += line + "\n";
    }
    CHECK(said_in_order == said);
    for (const wire_client& client : leavers)
        CHECK(occurrences("\n" + heard, "\n" + left(client.label())) == 1);
    for (wire_client& client : stayers)
        client.fence();
    daemon.stop();
}
