#include "bench/chatload/protocols/conversation.hpp"
#include "bench/chatload/runner.hpp"
#include "bench/chatload/test_server.hpp"
#include "bench/contest/contender.hpp"
#include "bench/contest/held_signals.hpp"
#include "bench/contest/running_server.hpp"

#include "support/catch.hpp"
#include "support/daemon_process.hpp"
#include "support/wire_client.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

using chatload::identity;
using support::conversation;

namespace {

/// A client of a protocol and its connection to a real server.
class real_client {
public:
    real_client(const std::string& endpoint, std::string_view protocol, identity who)
        : wire_(endpoint, who.name), talk_(protocol, std::move(who)) {
        send_what_is_due();
    }

    /// Reads until `event` has happened; what happened before is skipped.
    void await(const std::string& event) {
        await_event([&](const std::string& one) { return one == event; });
    }
    /// The same for one that starts so; the whole event.
    std::string await_start(std::string_view start) {
        return await_event([&](const std::string& one) { return one.starts_with(start); });
    }

    void send(const std::string& bytes) { wire_.send(bytes); }
    void say(const std::string& line) {
        const auto framing = talk_.spoken().say(talk_.who(), line.size());
        const bool named = talk_.spoken().traits().adds_name;
        send(framing.before + (named ? line.substr(talk_.who().name.size() + 2) : line) +
             framing.after);
    }
    void await_end() { (void)wire_.read_to_close(); }

    chatload::protocol& spoken() { return talk_.spoken(); }
    const identity& who() const { return talk_.who(); }
    /// All bytes that have come.
    const std::string& heard() const { return heard_; }

private:
    template <class Matches>
    std::string await_event(Matches matches) {
        for (;;) {
            send_what_is_due();
            const auto& events = talk_.events();
            const auto found = std::find_if(events.begin() + seen_, events.end(), matches);
            if (found != events.end()) {
                seen_ = found - events.begin() + 1;
                return *found;
            }
            const std::string came = wire_.read_segment();
            INFO("last of " << who().name << ": " << (events.empty() ? "" : events.back()));
            REQUIRE_FALSE(came.empty());
            heard_ += came;
            talk_.receive(came);
        }
    }

    void send_what_is_due() {
        for (; answered_ < talk_.events().size(); ++answered_) {
            const std::string& event = talk_.events()[answered_];
            for (const std::string_view mark : {"sends ", "request "})
                if (event.starts_with(mark))
                    wire_.send(std::string_view{event}.substr(mark.size()));
        }
    }

    support::wire_client wire_;
    conversation talk_;
    std::string heard_;
    std::ptrdiff_t seen_ = 0;
    std::size_t answered_ = 0;
};

/// Two clients of one room and one that is only greeted do all that a client does.
void converse(const std::string& endpoint, std::string_view protocol) {
    real_client ann(endpoint, protocol, {"u01ab00001", "r01ab00001"});
    real_client idle(endpoint, protocol, {"", ""});
    ann.await("logged in");
    idle.await("greeted");
    real_client bob(endpoint, protocol, {"u01ab00002", "r01ab00001"});
    bob.await("logged in");
    const auto& traits = ann.spoken().traits();
    if (traits.tells_joins)
        ann.await("join u01ab00002");

    std::string line = "u01ab00002: 00000000abc";
    line.resize(traits.longest_line == 0 ? 4000 : traits.longest_line - 1, 'x');
    bob.say(line);
    ann.await("line " + line);
    const auto framing = ann.spoken().delivered(bob.who(), line.size());
    CHECK(ann.heard().ends_with(framing.before + line + framing.after));
    if (traits.echoes)
        bob.await("line " + line);

    bob.send(bob.spoken().ask("7f"));
    bob.await(traits.numbers_answers ? "answer 7f" : "answer ");
    if (const std::string bye = bob.spoken().logout(); !bye.empty()) {
        bob.send(bye);
        bob.await_end();
    }
}

/// Those that speak first are told by any other server that it is another.
void mistake(const std::string& endpoint, std::string_view protocol) {
    for (const std::string_view other : {"irc", "redis"}) {
        if (other == protocol)
            continue;
        real_client lost(endpoint, other, {"u01ab00003", "r01ab00001"});
        INFO(other);
        CHECK(
            lost.await_start("refused ")
                .starts_with(other == "irc" ? "refused not an IRC server" : "refused not a Redis"));
    }
}

/// Whole runs, of rooms with several senders and of questions, find nothing wrong.
void load(const std::string& address, std::string_view protocol) {
    const auto server = reactor::endpoint::parse(address);
    REQUIRE(server);
    chatload::plan asked;
    asked.server = *server;
    asked.protocol = protocol;
    asked.duration = std::chrono::milliseconds{100};
    asked.warm_up = std::chrono::milliseconds{10};
    asked.patience = support::patience;
    asked.loads = {load_of(chatload::workload::fan_out, 6), load_of(chatload::workload::ping, 2)};
    asked.loads[0].senders = 3;
    const chatload::run_figures found = chatload::runner(asked).run();
    INFO(shown(found));
    CHECK(found.ok());
    CHECK(found.whole_run.lines > 3);
    CHECK(found.whole_run.answers > 2);
}

/// One of those that the contest knows, by its name there.
contest::contender known(std::string_view name) {
    const auto all = contest::all_contenders({});
    return *std::find_if(all.begin(), all.end(),
                         [&](const contest::contender& one) { return one.name == name; });
}

void converse_and_mistake(const contest::contender& other) {
    const contest::held_signals signals;
    const contest::running_server server(other, {}, signals);
    converse(server.address(), other.protocol);
    load(server.address(), other.protocol);
    mistake(server.address(), other.protocol);
}

} // namespace

TEST_CASE("The load generator speaks with a real chatd") {
    support::daemon_process server;
    converse(server.endpoint(), "chatd");
    mistake(server.endpoint(), "chatd");
}

TEST_CASE("The load generator speaks with a real Redis") {
    const auto redis = known("redis");
    if (redis.program.empty())
        SKIP("redis-server is not installed");
    converse_and_mistake(redis);
}

TEST_CASE("The load generator speaks with a real NATS server") {
    const auto nats = known("nats");
    if (nats.program.empty())
        SKIP("nats-server is not installed");
    converse_and_mistake(nats);
}

TEST_CASE("The load generator speaks with a real ngIRCd") {
    const auto ngircd = known("ngircd");
    if (ngircd.program.empty())
        SKIP("ngircd is not installed");
    converse_and_mistake(ngircd);
}

TEST_CASE("The load generator speaks with a real InspIRCd") {
    const auto inspircd = known("inspircd");
    if (inspircd.program.empty())
        SKIP("inspircd is not installed");
    converse_and_mistake(inspircd);
}

TEST_CASE("A real IRC server refuses a name that is taken") {
    const auto ngircd = known("ngircd");
    if (ngircd.program.empty())
        SKIP("ngircd is not installed");
    const contest::held_signals signals;
    const contest::running_server server(ngircd, {}, signals);
    real_client ann(server.address(), "irc", {"u01ab00001", "r01ab00001"});
    ann.await("logged in");
    real_client other(server.address(), "irc", {"u01ab00001", "r01ab00001"});
    CHECK(other.await_start("refused ") == "refused login refused: \"Nickname already in use\"");
}
