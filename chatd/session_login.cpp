// How a session gets its name and comes into the room.
#include "chatd/line_filter.hpp"
#include "chatd/log.hpp"
#include "chatd/name_registry.hpp"
#include "chatd/replies.hpp"
#include "chatd/server.hpp"
#include "chatd/session.hpp"

#include <reactor/loop.hpp>

#include <string>

namespace chatd {

void session::login(std::string_view argument) {
    std::string scratch;
    const auto name = clean_name(argument, scratch);
    const limits& limit = server_.limit();
    if (name.empty()) {
        note(incident::name_empty);
        reply_alone(replies::user_name_empty);
        return;
    }
    if (name.size() > limit.max_name)
        refuse_name(incident::name_too_long);
    else if (limit.strict_names && !is_strict_name(name))
        refuse_name(incident::name_not_strict);
    else if (server_.bans().is_banned(name, now()))
        refuse_name(incident::name_banned);
    else
        claim(name);
}

void session::look_whether_muted() {
    muted_ = state_ == state::in_room && server_.bans().is_muted(name(), now());
}

/// Answers who is muted.  False if that has ended.
bool session::refused_as_muted() {
    look_whether_muted();
    if (!muted_)
        return false;
    note(incident::line_muted);
    reply(replies::muted);
    return true;
}

/// The original client knows no other word for a name that it cannot have.
void session::refuse_name(incident why) {
    note(why);
    reply_alone(replies::user_name_exist);
}

void session::claim(std::string_view name) {
    name_.assign(name);
    state_ = state::claiming;
    wait(for_claim);
    server_.names().claim(
        name, ref(), [&owner = server_, me = ref(), asked = std::string(name)](bool granted) {
            if (auto* claimant = static_cast<session*>(owner.loop().find(me)); claimant != nullptr)
                claimant->claimed(granted);
            else if (granted)
                owner.names().release(asked);
        });
}

void session::claimed(bool granted) {
    if (state_ != state::claiming) { // ended meanwhile
        if (granted)
            server_.names().release(name());
        return;
    }
    stop_waiting(for_claim);
    const bool strict = server_.limit().strict_names;
    const bool looks_like_another = granted && strict && server_.looks().has(name());
    if (looks_like_another)
        server_.names().release(name());
    if (!granted || looks_like_another) {
        state_ = state::connected;
        name_.clear();
        refuse_name(granted ? incident::name_not_strict : incident::name_taken);
        return;
    }
    if (strict)
        server_.looks().add(name());
    state_ = state::in_room;
    newcomer_ = true;
    look_whether_muted();
    phase_end_ = never;
    update_deadline();
    ++server_.count().logins;
    server_.log().info("login", {{"name", name()}});
    last_append_ = entered_ = server_.room().enter(*this);
    (void)server_.room().caught_up_with(entered_);
}

void session::enter_delivered(reactor::broadcast& stream) {
    reply_alone(replies::login_success); // now, so that everybody else knows as well
    follow(stream);
    // The original client loses what comes together with `Login Success`.
    if (!newcomer_ || server_.limit().newcomer_hold.count() <= 0)
        return;
    stream_.hold();
    ++server_.count().newcomer_holds;
    phase_end_ = now() + server_.limit().newcomer_hold;
    update_deadline();
}

} // namespace chatd
