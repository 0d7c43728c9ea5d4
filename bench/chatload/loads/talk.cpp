#include "bench/chatload/loads/talk.hpp"

#include "bench/chatload/worker.hpp"
#include "bench/measure/clock.hpp"

#include <algorithm>

namespace chatload {

using std::chrono::nanoseconds;

talk_part::talk_part(worker& home, std::uint32_t index)
    : load_part(home, index), pacer_(home.loop(), [this](nanoseconds due) { say_next(due); }) {}

void talk_part::begin() {
    windows_.assign(clients().size(), closed_window{asked().window});
    for (const auto& one : clients()) {
        if (one->voice != nullptr)
            senders_.push_back(one.get());
    }
    const nanoseconds now = bench::monotonic_now();
    if (asked().rate <= 0) {
        for (session* one : senders_)
            fill_window(*one, now);
        return;
    }
    const std::size_t rooms = asked().kind == workload::rooms ? asked().rooms : 1;
    pacer_.start(rate_here(senders_.size(), rooms * asked().senders), now + shift_of_thread());
}

void talk_part::measure(nanoseconds) {
    static_cast<void>(pacer_.take_latest());
    for (const auto& one : clients()) {
        if (one->part().stalls)
            one->pause_reading();
    }
    stalling_ = asked().kind == workload::stalled;
}

void talk_part::stop() {
    tally().latest_send = std::max(tally().latest_send, pacer_.take_latest());
    pacer_.stop();
    for (const auto& one : clients()) {
        if (one->part().stalls)
            one->resume_reading(); // what has come by now must be in order
    }
}

void talk_part::acknowledged(session& speaker, const ledger_entry& entry, bool own) {
    const nanoseconds now = home().batch_time();
    if (own && home().measured(entry.sent))
        home().record(tally(), timing::echo, now - entry.sent);
    if (asked().rate > 0 || !home().saying())
        return;
    windows_[speaker.slot].acknowledge(entry.id.sequence);
    fill_window(speaker, now);
}

bool talk_part::may_end(session& from, bool left) {
    if (!stalling_ || !from.part().stalls)
        return left;
    ++tally().closed_stalled;
    return true;
}

void talk_part::fill_window(session& from, nanoseconds now) {
    closed_window& window = windows_[from.slot];
    for (; home().saying() && from.ready() && window.may_send(); window.note_sent())
        from.say(now);
}

/// The open loop: says the next line, however many are outstanding.
void talk_part::say_next(nanoseconds due) {
    if (home().too_far_behind())
        return pacer_.stop();
    session& from = *senders_[pacer_.taken() % senders_.size()];
    if (from.ready())
        from.say(due);
}

} // namespace chatload
