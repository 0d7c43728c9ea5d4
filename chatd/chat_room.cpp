#include "chatd/chat_room.hpp"

#include "chatd/replies.hpp"
#include "chatd/session.hpp"

#include <algorithm>
#include <utility>

namespace chatd {

chat_room::chat_room(reactor::loop& owner, const limits& limit, log_factory make_log)
    : loop_(owner), stream_(owner), log_(make_log(owner, *this)) {
    if (limit.flood_control())
        bytes_ = token_bucket(limit.room_rate, std::max(limit.room_rate, 1U));
}

session* chat_room::find(reactor::channel_ref ref) const noexcept {
    return static_cast<session*>(loop_.find(ref)); // only sessions are members
}

log_position chat_room::enter(session& member) {
    const auto line = replies::entered(member.name());
    const log_origin origin{.session = member.ref(), .entered = {}, .name = member.name()};
    return log_->append(origin, entry_kind::enter, line);
}

log_position chat_room::say(session& member, std::string_view text) {
    const auto line = replies::said(member.name(), text);
    bytes_.take(loop_.now(), static_cast<std::uint32_t>(replies::size(line)));
    return log_->append({}, entry_kind::say, line);
}

log_position chat_room::leave(session& member) {
    const auto line = replies::left(member.name());
    const log_origin origin{
        .session = member.ref(), .entered = member.entered(), .name = member.name()};
    return log_->append(origin, entry_kind::leave, line);
}

bool chat_room::caught_up_with(const log_position& position) {
    if (delivered_ < position && !delivering_)
        log_->catch_up();
    return delivered_ >= position;
}

void chat_room::wait_for_delivery(session& member) { waiting_.push_back(member.ref()); }

std::string_view chat_room::user_list() {
    if (user_list_.empty()) {
        user_list_ = replies::online_users;
        for (const auto& m : members_)
            replies::append(user_list_, replies::user_entry(m.name));
    }
    return user_list_;
}

void chat_room::deliver(const log_run& run) {
    delivering_ = true;
    switch (run.kind) {
    case entry_kind::enter:
        deliver_enter(run);
        break;
    case entry_kind::say:
        stream_.publish(run.bytes);
        break;
    case entry_kind::leave:
        deliver_leave(run);
        break;
    }
    delivered_ = run.last;
    wake_waiting();
    delivering_ = false;
}

void chat_room::deliver_enter(const log_run& run) {
    stream_.publish(run.bytes);
    members_.push_back({run.origin.entered, std::string(run.origin.name)});
    user_list_.clear();
    if (session* newcomer = find(run.origin.session))
        newcomer->enter_delivered(stream_);
}

void chat_room::deliver_leave(const log_run& run) {
    if (session* leaver = find(run.origin.session))
        leaver->leave_delivered();
    const auto it = std::lower_bound(
        members_.begin(), members_.end(), run.origin.entered,
        [](const member_entry& m, const log_position& p) { return m.entered < p; });
    if (it != members_.end() && it->entered == run.origin.entered)
        members_.erase(it);
    user_list_.clear();
    stream_.publish(run.bytes);
}

void chat_room::wake_waiting() {
    if (waiting_.empty())
        return;
    const auto waiting = std::exchange(waiting_, {}); // they may wait again
    for (const auto ref : waiting)
        if (session* waiter = find(ref))
            waiter->log_delivered();
}

log_position chat_room::restore(session& restored) {
    // Epoch 0 is before all logs: whoever enters through this room's log stands behind.
    const log_position place{0, members_.empty() ? 1 : members_.back().entered.number + 1};
    members_.push_back({place, std::string(restored.name())});
    user_list_.clear();
    restored.follow(stream_);
    return place;
}

} // namespace chatd
