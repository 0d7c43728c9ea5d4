#include "chatd/chat_room.hpp"

#include "chatd/replies.hpp"
#include "chatd/session.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace chatd {

chat_room::chat_room(reactor::loop& owner, const limits& limit, log_factory make_log)
    : loop_(owner), stream_(owner), rate_(limit.of_room()), log_(make_log(owner, *this)) {}

session* chat_room::find(reactor::channel_ref ref) const noexcept {
    return static_cast<session*>(loop_.find(ref)); // only sessions are members
}

void chat_room::set_limits(const limits& limit) noexcept {
    bytes_.change_rate(rate_, limit.of_room(), loop_.now());
    rate_ = limit.of_room();
}

log_position chat_room::enter(session& member) {
    const auto line = replies::entered(member.name());
    const log_origin origin{.session = member.ref(), .entered = {}, .name = member.name()};
    return log_->append(origin, entry_kind::enter, line);
}

log_position chat_room::say(session& member, std::string_view text) {
    const auto line = replies::said(member.name(), text);
    bytes_.take(rate_, loop_.now(), static_cast<std::uint32_t>(replies::size(line)));
    static constexpr log_origin nobody;
    return log_->append(nobody, entry_kind::say, line);
}

void chat_room::announce(std::string_view text) {
    static constexpr log_origin nobody;
    log_->append(nobody, entry_kind::say, replies::announced(text));
}

log_position chat_room::leave(session& member) {
    const auto line = replies::left(member.name());
    const log_origin origin{
        .session = member.ref(), .entered = member.entered(), .name = member.name()};
    const letting_go_at_the_end guard{*this, member}; // it may be gone before this is delivered
    const auto position = log_->append(origin, entry_kind::leave, line);
    (void)caught_up_with(position);
    return position;
}

void chat_room::let_go(const session& member) noexcept {
    const auto entry = entry_of(member.entered());
    if (entry == members_.end() || entry->who != &member)
        return; // its `enter` is still to be delivered, or its `leave` was
    entry->who = nullptr;
    try {
        departing_.emplace(entry->entered, member.name());
    } catch (const std::bad_alloc&) {
        // Until its `leave` is delivered, `look` does not know it.
    }
}

bool chat_room::caught_up_with(const log_position& position) {
    if (delivered_ < position && !delivering_)
        log_->catch_up();
    return delivered_ >= position;
}

void chat_room::wait_for_delivery(session& member, std::string line) {
    waiting_.push_back({member.ref(), std::move(line)});
}

std::string_view chat_room::waiting_line(const session& member) const noexcept {
    const auto found = std::find_if(waiting_.begin(), waiting_.end(), [&](const auto& entry) {
        return entry.session == member.ref();
    });
    return found != waiting_.end() ? std::string_view{found->line} : std::string_view{};
}

const reactor::shared_text& chat_room::user_list() {
    if (user_list_.empty()) {
        std::string text{replies::online_users};
        for (const auto& m : members_) {
            if (m.who != nullptr)
                replies::append(text, replies::user_entry(m.who->name()));
            else if (const auto it = departing_.find(m.entered); it != departing_.end())
                replies::append(text, replies::user_entry(it->second));
        }
        user_list_ = reactor::shared_text(loop_, text);
    }
    return user_list_;
}

void chat_room::deliver(const log_run& run) {
    delivering_ = true;
    deliveries_ += (run.last.number - run.first.number + 1) * members();
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
    session* const newcomer = find(run.origin.session);
    const bool stays = newcomer != nullptr && newcomer->where() == session::state::in_room;
    members_.push_back({run.origin.entered, stays ? newcomer : nullptr});
    if (!stays)
        departing_.emplace(run.origin.entered, run.origin.name);
    user_list_ = {};
    if (newcomer != nullptr)
        newcomer->enter_delivered(stream_);
}

void chat_room::deliver_leave(const log_run& run) {
    if (session* leaver = find(run.origin.session))
        leaver->leave_delivered();
    remove(run.origin.entered);
    user_list_ = {};
    stream_.publish(run.bytes);
}

std::deque<chat_room::member_entry>::iterator
chat_room::entry_of(const log_position& entered) noexcept {
    const auto found = std::lower_bound(
        members_.begin(), members_.end(), entered,
        [](const member_entry& m, const log_position& p) { return m.entered < p; });
    return found != members_.end() && found->entered == entered ? found : members_.end();
}

/// Leaves a gap: moving all who came later would cost a large room dear when many leave.
void chat_room::remove(const log_position& entered) {
    const auto entry = entry_of(entered);
    if (entry == members_.end())
        return;
    entry->who = nullptr;
    departing_.erase(entered);
    ++gaps_;
    close_gaps();
}

void chat_room::close_gaps() {
    constexpr std::size_t worth_it = 16;
    if (gaps_ < worth_it || gaps_ < members_.size() / 2)
        return;
    std::erase_if(members_, [this](const member_entry& m) {
        return m.who == nullptr && !departing_.contains(m.entered);
    });
    gaps_ = 0;
}

void chat_room::wake_waiting() {
    if (waiting_.empty())
        return;
    auto waiting = std::exchange(waiting_, {}); // they may wait again
    for (auto& entry : waiting)
        if (session* waiter = find(entry.session))
            waiter->log_delivered(std::move(entry.line));
}

log_position chat_room::restore(session& restored) {
    // Epoch 0 is before all logs: whoever enters through this room's log stands behind.
    const log_position place{0, members_.empty() ? 1 : members_.back().entered.number + 1};
    members_.push_back({place, &restored});
    user_list_ = {};
    return place;
}

void chat_room::take_back(session& member, bool held) { member.follow(stream_, held); }

std::vector<std::string> chat_room::names_of_ended() const {
    std::vector<std::string> names;
    for (const auto& m : members_)
        if (m.who != nullptr && !m.who->is_open())
            names.emplace_back(m.who->name());
    return names;
}

void chat_room::tell_left(std::string_view name) {
    static constexpr log_origin nobody;
    (void)caught_up_with(log_->append(nobody, entry_kind::say, replies::left(name)));
}

} // namespace chatd
