#include "chatd/server.hpp"

#include "chatd/memory_name_registry.hpp"
#include "chatd/memory_room_log.hpp"
#include "chatd/replies.hpp"
#include "chatd/session.hpp"

#include <reactor/dispatcher.hpp>

#include <algorithm>
#include <utility>

namespace chatd {

namespace {

constexpr std::chrono::milliseconds drain_look{10}; // how often a drain looks whether it is done

reactor::output_limits session_limits(const limits& limit) {
    reactor::output_limits made;
    made.high_water = limit.soft_limit;
    made.low_water = limit.soft_limit / 2;
    made.hard_limit = limit.hard_limit;
    made.no_progress = limit.no_progress;
    return made;
}

incident incident_of(refusal why) noexcept {
    switch (why) {
    case refusal::address_full:
        return incident::refused_address_full;
    case refusal::too_fast:
        return incident::refused_too_fast;
    case refusal::banned:
        return incident::refused_banned;
    case refusal::server_full:
    case refusal::none:
        break;
    }
    return incident::refused_server_full;
}

} // namespace

std::unique_ptr<room_log> server_storage::in_memory_log(reactor::loop& owner,
                                                        room_log_reader& reader) {
    return std::make_unique<memory_room_log>(owner, reader);
}

std::unique_ptr<name_registry> server_storage::in_memory_names(reactor::loop& owner) {
    return std::make_unique<memory_name_registry>(owner);
}

server::server(reactor::loop& owner, const limits& limit, logger& log,
               const server_storage& storage)
    : loop_(owner), limit_(limit), session_output_(session_limits(limit)), log_(log),
      incidents_(counts_, log_), admission_(limit), names_(storage.make_names(owner)),
      room_(owner, limit_, storage.make_log), listeners_(owner, limit_, *this, log),
      drain_check_(
          owner, [this] { check_drain(); }, reactor::timer::weight::background) {}

server::~server() {
    for (proxied_connection* each : proxied_connections())
        (void)each->detach();
    for (session* left : sessions())
        (void)left->save(); // closes the descriptor, silently
}

bool server::listen(std::span<const listen_spec> specs, std::string& why) {
    return listeners_.open(specs, why);
}

void server::connection_accepted(reactor::unique_fd fd, const reactor::endpoint& peer) {
    if (!contains(limit_.proxies, peer)) {
        let_in(std::move(fd), peer);
        return;
    }
    if (admission_.connections() + headers_to_come_ >= limit_.max_connections) {
        refuse(std::move(fd), peer, refusal::server_full);
        return;
    }
    proxied_acceptor& target = *this;
    loop_.spawn<proxied_connection>(
        target, std::move(fd), peer,
        proxied_connection::terms{limit_.login_bytes, limit_.login_timeout});
    ++headers_to_come_;
}

session* server::let_in(reactor::unique_fd fd, const reactor::endpoint& peer) {
    if (bans_.is_banned(peer, loop_.now())) {
        refuse(std::move(fd), peer, refusal::banned);
        return nullptr;
    }
    if (const auto why = admission_.admit(peer, loop_.now()); why != refusal::none) {
        refuse(std::move(fd), peer, why);
        return nullptr;
    }
    try {
        auto& made = loop_.spawn<session>(*this, std::move(fd), admission_.ticket_of(peer));
        ++counts_.accepted;
        if (log_.writes(log_level::debug))
            log_.debug("connect", {{"peer", peer.to_string()}});
        return &made;
    } catch (...) {
        admission_.release(admission_.ticket_of(peer));
        throw;
    }
}

void server::refuse(reactor::unique_fd fd, const reactor::endpoint& peer, refusal why) {
    incidents_.note(incident_of(why), loop_.now(), peer);
    // A few bytes always fit a new socket's buffer, and nothing was received yet that could turn
    // the close into a reset: no need to keep the connection for it.
    reactor::dispatcher turned_away(loop_, std::move(fd));
    turned_away.send(reply_to(why));
}

void server::session_ended(session& ended, const admission::ticket& ticket) noexcept {
    ++counts_.ended;
    forget(ended);
    admission_.release(ticket);
}

std::vector<session*> server::sessions() {
    std::vector<session*> found;
    loop_.for_each([&](reactor::dispatcher& channel) {
        if (auto* s = dynamic_cast<session*>(&channel); s != nullptr && &s->owner_server() == this)
            found.push_back(s);
    });
    return found;
}

void server::set_limits(limits limit) {
    const auto live = sessions(); // all that can fail comes first
    limits for_admission = limit;
    look_alikes looks;
    for (const session* s : live)
        if (limit.strict_names && s->where() == session::state::in_room)
            looks.add(s->name());
    looks_ = std::move(looks);
    const limits before = std::exchange(limit_, std::move(limit));
    session_output_ = session_limits(limit_);
    admission_.set_limits(std::move(for_admission));
    room_.set_limits(limit_);
    listeners_.limits_changed(before);
    for (session* s : live)
        if (s->is_open() && !s->closing())
            s->limits_changed(before);
}

session* server::find(const reactor::endpoint& peer) {
    for (session* s : sessions())
        if (s->where() != session::state::gone && peer_of(*s) == peer)
            return s;
    return nullptr;
}

session* server::find(std::string_view name) {
    const auto all = sessions();
    const auto found = std::find_if(all.begin(), all.end(), [name](const session* s) {
        return s->name() == name && s->where() != session::state::gone;
    });
    return found != all.end() && !name.empty() ? *found : nullptr;
}

void server::drain() {
    listeners_.close_all();
    close_proxied();
    (void)room_.caught_up_with({~std::uint64_t{0}, 0}); // everything that was said is still owed
    for (session* s : sessions())
        s->drain();
    drain_end_ = loop_.now() + limit_.drain_time;
    drain_check_.start_every(drain_look);
}

void server::check_drain() {
    const auto left = sessions();
    const auto sent = [](const session* s) { return s->output_size() == 0; };
    if (loop_.now() < drain_end_ && !std::all_of(left.begin(), left.end(), sent))
        return;
    for (session* s : left) {
        counts_.drain_cut += sent(s) ? 0 : 1;
        s->close();
    }
}

} // namespace chatd
