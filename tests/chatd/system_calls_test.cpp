// How many system calls the daemon makes for what its members say, exactly, over the simulated
// world.  They are most of what a delivery costs; see `bench/shootout` for their price.
#include "chatd/server.hpp"
#include "support/sim_stage.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

using namespace sim_test;

namespace {

chatd::limits no_limits() {
    chatd::limits limit;
    limit.flood.rate = 0;
    limit.login_timeout = {};
    return limit;
}

/// A server with members whose input and output are scripted.
class busy_room {
public:
    explicit busy_room(std::size_t members, std::size_t idle = 0) {
        std::string why;
        REQUIRE(server_.listen({{*chatd::listen_spec::parse("127.0.0.1:0")}}, why));
        const auto before = stage_.w.open_descriptors();
        while (idle_.size() < idle)
            idle_.push_back(connect());
        while (members_.size() < members) {
            members_.push_back(connect());
            members_.back().send("login user" + std::to_string(members_.size() - 1) + "\n");
            stage_.turn(2);
        }
        stage_.pass(1s); // until no newcomer is spared the others' lines any more
        for (auto& member : members_)
            member.take();
        for (const int fd : stage_.w.open_descriptors())
            if (!std::binary_search(before.begin(), before.end(), fd))
                connections_.push_back(fd);
        REQUIRE(connections_.size() == members + idle);
        stage_.w.reset_counts();
    }

    /// So many lines come from a member, all at once.
    void say(std::size_t member, std::size_t lines,
             const std::string& text = std::string(56, 'x')) {
        std::string commands;
        for (std::size_t i = 0; i < lines; ++i)
            commands.append("say ").append(text).append("\n");
        members_[member].send(commands);
        for (std::size_t i = 0; i < lines; ++i)
            said_.append("user" + std::to_string(member) + ": ").append(text).append("\n");
    }
    /// One wake-up of the server.
    void wake_up() { stage_.turn(); }
    /// All that was said since the last time has come to everybody, in one segment each.
    void check_that_all_got_it_at_once() {
        for (auto& member : members_) {
            REQUIRE(member.segments() == std::vector<std::string>{said_});
            member.take();
        }
        said_.clear();
    }

    [[nodiscard]] sim_test::world& system() noexcept { return stage_.w; }
    [[nodiscard]] peer& member(std::size_t number) { return members_[number]; }
    [[nodiscard]] std::uint64_t reads() const { return stage_.w.count(call::recv); }
    [[nodiscard]] std::uint64_t sends() const { return stage_.sends(); }
    [[nodiscard]] std::uint64_t waits() const { return stage_.waits(); }
    /// Of one connection, and of whichever has most.
    [[nodiscard]] std::uint64_t most_reads() const {
        return most([this](int fd) { return stage_.w.count(call::recv, fd); });
    }
    [[nodiscard]] std::uint64_t most_sends() const {
        return most([this](int fd) {
            return stage_.w.count(call::send, fd) + stage_.w.count(call::sendmsg, fd);
        });
    }
    /// Every call but reading, sending, waiting and what is none at all.
    [[nodiscard]] std::uint64_t other_calls() const {
        std::uint64_t sum = 0;
        for (std::size_t i = 0; i < reactor::sim::call_count; ++i)
            sum += stage_.w.count(static_cast<call>(i));
        return sum - reads() - sends() - waits() - stage_.w.count(call::monotonic_now) -
               stage_.w.count(call::process_id);
    }

private:
    peer connect() {
        peer made = stage_.w.connect(server_.listeners().addresses().front());
        stage_.turn(2);
        REQUIRE(made.take() == "Connect Success");
        return made;
    }
    template <class Count>
    [[nodiscard]] std::uint64_t most(Count count) const {
        std::uint64_t found = 0;
        for (const int fd : connections_)
            found = std::max(found, count(fd));
        return found;
    }

    stage stage_{{.poller = reactor::loop_options::poller_kind::epoll}};
    chatd::logger quiet_{[](std::string_view) {}};
    chatd::server server_{stage_.loop, no_limits(), quiet_};
    std::vector<peer> idle_;
    std::vector<peer> members_;
    std::vector<int> connections_; // the server's ends
    std::string said_;
};

} // namespace

TEST_CASE("lines said at once cost a wait and a receive and one send for each member",
          "[chatd][calls]") {
    REQUIRE(world::is_linked());
    const std::size_t members = GENERATE(1U, 10U, 100U, 200U);
    const std::size_t lines = GENERATE(1U, 64U);
    busy_room room(members, 50);
    for (std::uint64_t round = 1; round <= 20; ++round) {
        room.say(0, lines);
        room.wake_up();
        room.check_that_all_got_it_at_once();
        REQUIRE(room.waits() == round);
        REQUIRE(room.reads() == round);
        REQUIRE(room.sends() == round * members);
        REQUIRE(room.most_sends() == round);
    }
    CHECK(room.system().count(call::epoll_ctl) == 0);
    CHECK(room.other_calls() == 0);
}

TEST_CASE("a room too large for one wake-up still costs one send for each member",
          "[chatd][calls]") {
    constexpr std::size_t members = 1000;
    busy_room room(members);
    for (std::uint64_t round = 1; round <= 3; ++round) {
        room.say(999, 64);
        while (room.sends() < round * members && room.waits() < 100)
            room.wake_up();
        room.check_that_all_got_it_at_once();
        REQUIRE(room.reads() == round);
        REQUIRE(room.sends() == round * members);
        REQUIRE(room.most_sends() == round);
    }
    CHECK(room.system().count(call::epoll_ctl) == 0);
    CHECK(room.other_calls() == 0);
}

TEST_CASE("lines of many members cost a receive and a send for each member", "[chatd][calls]") {
    constexpr std::size_t members = 100;
    busy_room room(members);
    for (std::uint64_t round = 1; round <= 20; ++round) {
        for (std::size_t speaker = 0; speaker < members; ++speaker)
            room.say(speaker, 3);
        room.wake_up();
        room.check_that_all_got_it_at_once();
        REQUIRE(room.waits() == round);
        REQUIRE(room.reads() == round * members);
        REQUIRE(room.most_reads() == round);
        REQUIRE(room.sends() == round * members);
        REQUIRE(room.most_sends() == round);
    }
    CHECK(room.system().count(call::epoll_ctl) == 0);
    CHECK(room.other_calls() == 0);
}

TEST_CASE("input of more than one receive costs no more than two for each wake-up",
          "[chatd][calls]") {
    constexpr std::size_t members = 20;
    busy_room room(members);
    room.say(0, 700, std::string(80, 'x')); // 59 500 bytes
    std::uint64_t wake_ups = 0;
    while (room.member(0).received().size() < std::size_t{700} * 88) {
        room.wake_up();
        ++wake_ups;
        REQUIRE(room.reads() <= 2 * wake_ups);
        REQUIRE(room.most_sends() <= wake_ups);
        REQUIRE(wake_ups < 100);
    }
    CHECK(room.reads() <= 8); // of 8 KiB each
    CHECK(room.system().count(call::epoll_ctl) == 0);
    CHECK(room.other_calls() == 0);
}

TEST_CASE("questions asked at once cost a receive and a send", "[chatd][calls]") {
    busy_room room(10, 10);
    for (std::uint64_t round = 1; round <= 20; ++round) {
        room.member(7).send("one\ntwo\nlook\n");
        room.wake_up();
        REQUIRE(room.member(7).segments().size() == 1);
        REQUIRE(room.member(7).take().starts_with(
            "Unknown command one \nUnknown command two \nOnline Users:\n"));
        REQUIRE(room.reads() == round);
        REQUIRE(room.sends() == round);
    }
    CHECK(room.system().count(call::epoll_ctl) == 0);
    CHECK(room.other_calls() == 0);
}
