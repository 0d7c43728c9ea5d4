// How a live server becomes a value, and goes on from one.
#include "chatd/replies.hpp"
#include "chatd/server.hpp"
#include "chatd/session.hpp"

#include <algorithm>
#include <cstdint>
#include <exception>
#include <limits>
#include <utility>

namespace chatd {

namespace {

constexpr log_position everything{std::numeric_limits<std::uint64_t>::max(), 0};

bool in_room(const session* s) { return s->where() == session::state::in_room; }

/// Those in the room first, as they came; then those who may still come in.
int rank(const session* s) {
    if (in_room(s))
        return 0;
    return s->closing() || s->where() == session::state::gone ? 2 : 1;
}

/// Takes out of `state` what it is owed of the stream, and keeps the longest of these ends.
void share_stream(session_state& state, std::string& stream) {
    if (state.owed == 0)
        return;
    if (state.owed > stream.size())
        stream = std::move(state.output.back());
    state.output.pop_back();
}

/// Of those who are gone already, so that the next room hears of it.
void add_ended(saved_server& saved, const chat_room& room) {
    for (auto& name : room.names_of_ended())
        saved.sessions.emplace_back().name = std::move(name);
}

} // namespace

std::vector<session*> server::movable() {
    (void)room_.caught_up_with(everything);
    auto live = sessions();
    std::erase_if(live, [](const session* s) { return !s->is_open(); });
    std::stable_sort(live.begin(), live.end(), [](const session* a, const session* b) {
        return rank(a) != rank(b) ? rank(a) < rank(b) : in_room(a) && a->entered() < b->entered();
    });
    return live;
}

saved_server server::save() {
    listeners_.close_all();
    close_proxied();
    saved_server saved;
    const auto live = movable();
    saved.sessions.reserve(live.size());
    add_ended(saved, room_);
    for (session* s : live) {
        saved.sessions.push_back(s->save());
        share_stream(saved.sessions.back(), saved.stream);
    }
    saved.room = room_.bytes_said();
    return saved;
}

server::live_copy server::snapshot() {
    live_copy copy;
    const auto live = movable();
    copy.saved.sessions.reserve(live.size());
    copy.descriptors.reserve(live.size());
    for (const session* s : live) {
        copy.saved.sessions.push_back(s->snapshot());
        share_stream(copy.saved.sessions.back(), copy.saved.stream);
        copy.descriptors.push_back(s->fileno());
    }
    add_ended(copy.saved, room_);
    copy.descriptors.resize(copy.saved.sessions.size(), -1);
    copy.saved.room = room_.bytes_said();
    return copy;
}

std::size_t server::restore(saved_server saved) {
    std::vector<follower> followers;
    std::vector<std::string> lost;
    std::size_t live = 0;
    room_.restore_bytes_said(saved.room);
    for (auto& state : saved.sessions) {
        follower found{nullptr, std::min(state.owed, saved.stream.size()), state.held};
        std::string name = state.ending ? std::string{} : state.name;
        try {
            found.who = state.fd ? restore_one(std::move(state), found.held) : nullptr;
        } catch (const std::exception& e) {
            log_.error("not_restored", {{"name", name}, {"reason", e.what()}});
        }
        live += found.who != nullptr ? 1 : 0;
        if (!name.empty() && found.who != nullptr)
            followers.push_back(found);
        else if (!name.empty())
            lost.push_back(std::move(name));
    }
    restore_stream(followers, saved.stream);
    for (const auto& name : lost)
        room_.tell_left(name);
    return live;
}

session* server::restore_one(session_state state, bool held) {
    const bool member = !state.name.empty() && !state.ending;
    const auto peer = state.peer;
    const auto ticket = admission_.restore(peer);
    session* restored = nullptr;
    try {
        restored = &loop_.spawn<session>(*this, std::move(state), ticket);
    } catch (...) {
        admission_.release(ticket);
        throw;
    }
    if (member) {
        restored->return_to_room(held);
        claim_again(*restored);
    }
    if (network::around(peer) && !(peer == restored->remote_address()))
        remember(*restored, peer);
    ++counts_.restored;
    return restored;
}

/// Lets each follow a stream anew from where it was in the former one: who is owed most first.
void server::restore_stream(std::vector<follower>& followers, std::string_view stream) {
    std::stable_sort(followers.begin(), followers.end(),
                     [](const follower& a, const follower& b) { return a.owed > b.owed; });
    std::size_t published = 0;
    const auto publish_to = [&](std::size_t end) {
        if (end > published)
            room_.publish_again(stream.substr(published, end - published));
        published = std::max(published, end);
    };
    for (const follower& one : followers) {
        publish_to(stream.size() - one.owed);
        room_.take_back(*one.who, one.held);
    }
    publish_to(stream.size());
}

void server::claim_again(const session& restored) {
    names_->claim(restored.name(), restored.ref(),
                  [this, name = std::string(restored.name())](bool granted) {
                      if (!granted)
                          log_.error("restored_name_taken", {{"name", name}});
                  });
}

void server::freeze() {
    listeners_.pause(true);
    for (proxied_connection* each : proxied_connections())
        each->pause_reading();
    for (session* s : sessions())
        s->freeze();
}

void server::thaw() {
    listeners_.pause(false);
    for (proxied_connection* each : proxied_connections())
        each->resume_reading();
    for (session* s : sessions())
        s->thaw();
}

std::size_t server::unsent() {
    std::size_t sum = 0;
    for (const session* s : sessions())
        sum += s->output_size();
    return sum;
}

std::size_t server::shrink_to(std::size_t most) {
    auto live = movable();
    std::erase_if(live, [](const session* s) { return rank(s) == 2; }); // they end anyway
    const std::size_t too_many = live.size() > most ? live.size() - most : 0;
    for (std::size_t i = 0; i < too_many; ++i)
        live[live.size() - 1 - i]->logout();
    return too_many;
}

} // namespace chatd
