#include "bench/scripted-chatd/scripted_room.hpp"

#include <fmt/format.h>

#include <chrono>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace scripted {

namespace {

using namespace std::chrono_literals;

constexpr int patience = 1000; // wake-ups

chatd::limits unlimited() {
    chatd::limits limit;
    limit.flood.rate = 0;
    return limit;
}

/// Wakes the loop up until `done`.
template <class Condition>
void turn_until(reactor::loop& loop, std::string_view what, Condition done) {
    for (int i = 0; !done(); ++i) {
        if (i == patience)
            throw std::runtime_error(fmt::format("the script waits in vain until {}", what));
        loop.run_once(0ns);
    }
}

/// Longer names for more of them would make lines of different length.
std::string member_name(std::size_t number) { return fmt::format("user{:04}", number); }

} // namespace

scripted_room::scripted_room(std::size_t members)
    : quiet_([](std::string_view) {}), server_(loop_, unlimited(), quiet_) {
    std::string why;
    if (!server_.listen({{*chatd::listen_spec::parse("127.0.0.1:0")}}, why))
        throw std::runtime_error(why);
    members_.reserve(members);
    while (members_.size() < members) {
        auto& made = members_.emplace_back(world_.connect(server_.listeners().addresses().front()));
        log_in(made, member_name(members_.size() - 1));
    }
    world_.run_for(loop_, 1s); // until no newcomer is spared the others' lines any more
    for (auto& member : members_)
        member.take();
}

void scripted_room::log_in(reactor::sim::peer& newcomer, const std::string& name) {
    newcomer.send("login " + name + "\n");
    turn_until(loop_, name + " has logged in",
               [&] { return newcomer.received() == "Connect SuccessLogin Success"; });
    newcomer.take();
}

void scripted_room::say(std::size_t lines) {
    const std::string start = member_name(0) + ": ";
    const std::string text(line_bytes - start.size() - 1, 'x');
    std::string commands;
    std::string expected;
    for (std::size_t i = 0; i < lines; ++i) {
        commands.append("say ").append(text).append("\n");
        expected.append(start).append(text).append("\n");
    }
    members_.front().send(commands);
    turn_until(loop_, "all got what was said",
               [&] { return members_.back().received().size() >= expected.size(); });
    for (auto& member : members_)
        if (member.take() != expected)
            throw std::runtime_error("a member got something else than was said");
}

void scripted_room::visit() {
    auto guest = world_.connect(server_.listeners().addresses().front());
    const std::string name = fmt::format("guest{:06}", visits_++);
    log_in(guest, name);
    guest.send("logout\n");
    turn_until(loop_, name + " is gone", [&] { return guest.ended(); });
    guest.close();
    loop_.run_once(0ns); // the server sees the end
    const std::string told =
        fmt::format("{0} has entered the room.\n{0} has left the room.\n", name);
    for (auto& member : members_)
        if (member.take() != told)
            throw std::runtime_error("a member was not told of a visit");
}

} // namespace scripted
