#include "bench/chatload/loads/churn.hpp"

#include "bench/chatload/worker.hpp"
#include "bench/measure/clock.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace chatload {

using std::chrono::nanoseconds;

churn_part::churn_part(worker& home, std::uint32_t index)
    : load_part(home, index), pacer_(home.loop(), [this](nanoseconds due) { visit(due); }) {}

void churn_part::begin() {
    if (home().shared().people.churn_thread[index()] == home().index())
        pacer_.start(asked().rate, bench::monotonic_now());
}

void churn_part::measure(nanoseconds) { static_cast<void>(pacer_.take_latest()); }

void churn_part::stop() {
    tally().latest_send = std::max(tally().latest_send, pacer_.take_latest());
    pacer_.stop();
}

void churn_part::visit(nanoseconds due) {
    session* visitor = under_way_ < asked().clients ? free_visitor() : nullptr;
    if (visitor == nullptr) {
        pacer_.stop();
        return home().give_up(fmt::format("schedule given up: visits under way are {}, and "
                                          "clients allows no more at the same time",
                                          under_way_));
    }
    due_[visitor->slot] = due;
    ++under_way_;
    visitor->start();
}

session* churn_part::free_visitor() {
    if (!free_.empty()) {
        session* found = free_.back();
        free_.pop_back();
        return found;
    }
    run_context& shared = home().shared();
    const std::uint32_t room = shared.people.room_of_load[index()];
    speaker* voice = shared.who.add_visitor(room, index(), home().index());
    if (voice == nullptr)
        return nullptr;
    role who;
    who.load = index();
    who.number = voice->number;
    who.room = room;
    who.thread = home().index();
    who.late = true;
    who.sender = true;
    session& made = add_client(who);
    due_.push_back({});
    return &made;
}

void churn_part::ready(session& from) {
    const nanoseconds now = home().batch_time();
    if (home().measured(due_[from.slot]))
        home().record(tally(), timing::login, now - due_[from.slot]);
    from.say(now);
    if (!home().shared().traits.echoes)
        from.log_out(); // nobody will tell it that its line has come
}

void churn_part::acknowledged(session& speaker, const ledger_entry&, bool own) {
    if (own)
        speaker.log_out();
}

void churn_part::closed(session& from) {
    --under_way_;
    if (!from.voice->gone)
        free_.push_back(&from); // one that failed may have left its name behind
}

} // namespace chatload
