// Who is in the room while its log takes its time.

#include "chatd/server.hpp"
#include "chatd/session.hpp"
#include "support/catch.hpp"
#include "support/loop_fixture.hpp"
#include "support/scripted_peer.hpp"

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

/// Delivers when it is told to, one entry each time.
class obedient_log final : public chatd::room_log {
public:
    explicit obedient_log(chatd::room_log_reader& reader) : reader_(reader) { latest() = this; }

    /// The one made last: a server makes its log by a plain function.
    static obedient_log*& latest() {
        static obedient_log* made = nullptr;
        return made;
    }

    chatd::log_position append(const chatd::log_origin& origin, chatd::entry_kind kind,
                               std::span<const std::string_view> line) override {
        auto& made = entries_.emplace_back();
        made.at = {1, ++last_};
        made.kind = kind;
        made.origin = origin;
        if (kind == chatd::entry_kind::enter)
            made.origin.entered = made.at;
        made.name = origin.name;
        for (const auto piece : line)
            made.line.append(piece);
        return made.at;
    }

    bool catch_up() override { return entries_.empty(); }

    void deliver_one() {
        REQUIRE_FALSE(entries_.empty());
        auto first = std::move(entries_.front());
        entries_.pop_front();
        first.origin.name = first.name;
        reader_.deliver({.first = first.at,
                         .last = first.at,
                         .kind = first.kind,
                         .origin = first.origin,
                         .bytes = first.line});
    }
    [[nodiscard]] std::size_t waiting() const noexcept { return entries_.size(); }

private:
    struct entry {
        chatd::log_position at;
        chatd::entry_kind kind{};
        chatd::log_origin origin;
        std::string name;
        std::string line;
    };

    chatd::room_log_reader& reader_;
    std::deque<entry> entries_;
    std::uint64_t last_ = 0;
};

class held_room : public support::loop_fixture {
public:
    held_room() {
        std::string why;
        REQUIRE(server.listen({{*chatd::listen_spec::parse("127.0.0.1:0")}}, why));
    }

    support::scripted_peer& connect() {
        auto& made = *peers_.emplace_back(
            std::make_unique<support::scripted_peer>(server.listeners().addresses().front()));
        also_pump(made);
        expect(made, "Connect Success");
        return made;
    }
    /// Its `enter` is not delivered yet.
    support::scripted_peer& ask_in(const std::string& name) {
        auto& made = connect();
        made.send("login " + name + "\n");
        await_entries(log().waiting() + 1);
        return made;
    }
    support::scripted_peer& log_in(const std::string& name) {
        auto& made = ask_in(name);
        log().deliver_one();
        expect(made, "Login Success");
        return made;
    }
    void expect(const support::scripted_peer& peer, std::string_view end) {
        run_until("a peer hears " + std::string(end),
                  [&] { return peer.received().ends_with(end); });
    }
    void await_entries(std::size_t count) {
        run_until("the log has got it", [&] { return log().waiting() == count; });
    }
    /// No session object of that many is left.
    void await_sessions(std::size_t count) {
        run_until("a session is gone", [&] { return loop.size() == count + 1; });
        iterate(2);
    }
    static obedient_log& log() { return *obedient_log::latest(); }

private:
    static chatd::limits no_hold() {
        chatd::limits limit;
        limit.newcomer_hold = {};
        return limit;
    }
    static chatd::server_storage storage() {
        chatd::server_storage made;
        made.make_log = [](reactor::loop&, chatd::room_log_reader& reader) {
            return std::unique_ptr<chatd::room_log>(std::make_unique<obedient_log>(reader));
        };
        return made;
    }

    chatd::logger quiet_{[](std::string_view) {}};
    std::vector<std::unique_ptr<support::scripted_peer>> peers_;

public:
    chatd::server server{loop, no_hold(), quiet_, storage()};
};

} // namespace

TEST_CASE("one whose leave is not delivered is still on the list though its session is gone",
          "[chatd][room]") {
    held_room room;
    auto& anna = room.log_in("anna");
    auto& bert = room.log_in("bert");
    auto& cleo = room.log_in("cleo");
    bert.reset();
    room.await_entries(1);
    room.await_sessions(2);
    anna.send("look\n");
    room.expect(anna, "Online Users:\nanna\nbert\ncleo\n");
    room.log().deliver_one();
    room.expect(anna, "bert has left the room.\n");
    CHECK(room.server.room().members() == 2);
    cleo.send("look\n");
    room.expect(cleo, "Online Users:\nanna\ncleo\n");
}

TEST_CASE("one who is gone before its enter is delivered is on the list in between",
          "[chatd][room]") {
    held_room room;
    auto& anna = room.log_in("anna");
    auto& bert = room.ask_in("bert");
    bert.reset();
    room.await_entries(2); // its enter and its leave
    room.await_sessions(1);
    anna.send("look\n");
    room.expect(anna, "Online Users:\nanna\n");
    room.log().deliver_one();
    anna.send("look\n");
    room.expect(anna, "bert has entered the room.\nOnline Users:\nanna\nbert\n");
    room.log().deliver_one();
    anna.send("look\n");
    room.expect(anna, "bert has left the room.\nOnline Users:\nanna\n");
}

TEST_CASE("many may leave and the rest stay in order", "[chatd][room]") {
    held_room room;
    std::vector<support::scripted_peer*> members;
    for (int i = 0; i < 60; ++i)
        members.push_back(&room.log_in("user" + std::to_string(i)));
    std::string rest = "Online Users:\n";
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (i % 3 == 0) {
            rest += "user" + std::to_string(i) + "\n";
            continue;
        }
        members[i]->send("logout\n");
        room.await_entries(1);
        room.log().deliver_one();
    }
    CHECK(room.server.room().members() == 20);
    members[0]->send("look\n");
    room.expect(*members[0], rest);
    room.log_in("newcomer");
    members[3]->send("look\n");
    room.expect(*members[3], rest + "newcomer\n");
}

TEST_CASE("a list asked for again is made anew only when the room has changed", "[chatd][room]") {
    held_room room;
    auto& anna = room.log_in("anna");
    const char* const made = room.server.room().user_list().view().data();
    anna.send("say hello\n");
    room.await_entries(1);
    room.log().deliver_one();
    CHECK(room.server.room().user_list().view().data() == made);
    room.log_in("bert");
    CHECK(room.server.room().user_list().view() == "Online Users:\nanna\nbert\n");
}
