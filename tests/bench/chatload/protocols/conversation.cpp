#include "bench/chatload/protocols/conversation.hpp"

#include "support/catch.hpp"

#include <algorithm>
#include <utility>

namespace support {

namespace {

std::string event(const chatload::message& came) {
    using kind = chatload::message::kind;
    switch (came.what) {
    case kind::line:
        return "line " + std::string{came.text};
    case kind::answer:
        return "answer " + std::string{came.text};
    case kind::join:
        return "join " + std::string{came.text};
    case kind::notice:
        return "notice";
    case kind::request:
        return "request " + came.reply;
    case kind::broken:
        return "broken " + came.why;
    case kind::incomplete:
        break;
    }
    return "incomplete";
}

bool within(std::string_view part, const std::vector<char>& whole) {
    return part.empty() || (part.data() >= whole.data() &&
                            part.data() + part.size() <= whole.data() + whole.size());
}

/// Whether both are the same but for the bytes that a last `broken` shows.
bool same(std::vector<std::string> left, std::vector<std::string> right) {
    for (auto* const events : {&left, &right}) {
        if (!events->empty() && events->back().starts_with("broken "))
            events->back().resize(std::min(events->back().find('"'), events->back().size()));
    }
    return left == right;
}

} // namespace

conversation::conversation(std::string_view protocol, chatload::identity who)
    : spoken_(chatload::make_protocol(protocol)), who_(std::move(who)) {
    REQUIRE(spoken_ != nullptr);
    log_in();
}

void conversation::receive(std::string_view bytes) {
    unread_ += bytes;
    if (!ready_ && !ended_)
        log_in();
    while (ready_ && !ended_ && read_message()) {}
}

void conversation::log_in() {
    while (!ready_ && !ended_ && log_in_by_a_step()) {}
}

bool conversation::log_in_by_a_step() {
    using state = chatload::login_step::state;
    const std::vector<char> input = exact_input();
    const chatload::login_step step =
        spoken_->login(stage_, who_.name.empty() ? nullptr : &who_, {input.data(), input.size()});
    REQUIRE(step.bytes <= input.size());
    unread_.erase(0, step.bytes);
    if (!step.reply.empty())
        events_.push_back("sends " + step.reply);
    ready_ = step.now == state::greeted || step.now == state::logged_in;
    ended_ = step.now == state::refused;
    if (ready_)
        events_.emplace_back(step.now == state::greeted ? "greeted" : "logged in");
    if (ended_)
        events_.push_back("refused " + step.why);
    return step.bytes > 0;
}

bool conversation::read_message() {
    using kind = chatload::message::kind;
    const std::vector<char> input = exact_input();
    const chatload::message came = spoken_->next(who_, {input.data(), input.size()});
    REQUIRE(came.bytes <= input.size());
    REQUIRE(within(came.text, input));
    if (came.what == kind::incomplete) {
        REQUIRE(came.bytes == 0);
        return false;
    }
    ended_ = came.what == kind::broken;
    REQUIRE((ended_ || came.bytes > 0));
    events_.push_back(event(came));
    unread_.erase(0, came.bytes);
    return true;
}

std::vector<std::string> heard(std::string_view protocol, std::string_view name,
                               std::string_view bytes) {
    conversation client(protocol, {std::string{name}, "lobby"});
    client.receive(bytes);
    return client.events();
}

std::vector<std::string> heard_in_pieces(std::string_view protocol, std::string_view name,
                                         std::string_view bytes) {
    const auto whole = heard(protocol, name, bytes);
    conversation slow(protocol, {std::string{name}, "lobby"});
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
        conversation client(protocol, {std::string{name}, "lobby"});
        client.receive(bytes.substr(0, cut));
        client.receive(bytes.substr(cut));
        INFO("cut after " << cut << " bytes");
        if (!same(client.events(), whole))
            REQUIRE(client.events() == whole); // shows both
        slow.receive(bytes.substr(cut, 1));
    }
    if (!same(slow.events(), whole))
        REQUIRE(slow.events() == whole);
    return whole;
}

} // namespace support
