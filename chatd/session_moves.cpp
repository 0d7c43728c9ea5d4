// How a live session becomes a value, and a value a live session.
#include "chatd/session.hpp"

#include "chatd/chat_room.hpp"
#include "chatd/server.hpp"

#include <utility>

namespace chatd {

session::session(reactor::loop& loop, server& owner, session_state saved,
                 const admission::ticket& ticket)
    : async_chat(loop, std::move(saved.fd)), server_(owner), stream_(*this), name_(saved.name),
      lines_(saved.lines), bytes_(saved.bytes), phase_end_(saved.phase_end), ticket_(ticket),
      login_bytes_(saved.login_bytes), heard_(!saved.greeted_only) {
    set_up();
    for (const auto& piece : saved.output)
        push_alone(piece);
    if (saved.ending) {
        state_ = state::gone;
        close_when_done();
        return;
    }
    restore_input(saved.input, saved.discarding);
    charge(0, 0); // its buckets may have been empty over there
    update_deadline();
}

void session::return_to_room(bool held) {
    entered_ = server_.room().restore(*this);
    state_ = state::in_room;
    if (server_.limit().strict_names)
        server_.looks().add(name());
    look_whether_muted();
    if (!held)
        phase_end_ = std::chrono::nanoseconds::max();
    replied(); // its peer may not read
    update_deadline();
}

session_state session::snapshot() const {
    session_state saved;
    saved.peer = server_.peer_of(*this);
    saved.lines = lines_;
    saved.bytes = bytes_;
    saved.login_bytes = login_bytes_;
    saved.phase_end = phase_end_;
    saved.greeted_only = !heard_;
    saved.output = unsent_output();
    saved.ending = state_ == state::gone || closing();
    if (saved.ending)
        return saved;
    saved.discarding = discarding_line();
    saved.owed = stream_.behind();
    saved.held = stream_.held();
    if ((waiting_for_ & for_log) != 0)
        saved.input.append(server_.room().waiting_line(*this)).append("\n");
    if (state_ == state::claiming) // asked again over there
        saved.input.append("login ").append(name()).append("\n");
    else
        saved.name = name();
    saved.input += held_input();
    return saved;
}

session_state session::save() {
    session_state saved = snapshot();
    server_.room().let_go(*this);
    server_.forget(*this);
    saved.fd = detach();
    state_ = state::gone;
    return saved;
}

} // namespace chatd
