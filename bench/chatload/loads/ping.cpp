#include "bench/chatload/loads/ping.hpp"

#include "bench/chatload/worker.hpp"
#include "bench/measure/clock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace chatload {

namespace {

using std::chrono::nanoseconds;

constexpr std::uint64_t most_outstanding = 1'000'000; // questions

std::string token_of(std::uint64_t number) { return fmt::format("q{:08x}", number); }

} // namespace

ping_part::ping_part(worker& home, std::uint32_t index)
    : load_part(home, index), pacer_(home.loop(), [this](nanoseconds due) { ask_next(due); }) {}

void ping_part::begin() {
    open_.resize(clients().size());
    const nanoseconds now = bench::monotonic_now();
    if (asked().rate > 0) {
        pacer_.start(rate_here(clients().size(), asked().clients), now + shift_of_thread());
        return;
    }
    for (const auto& one : clients())
        fill_window(*one, now);
}

void ping_part::measure(nanoseconds) { static_cast<void>(pacer_.take_latest()); }

void ping_part::stop() {
    tally().latest_send = std::max(tally().latest_send, pacer_.take_latest());
    pacer_.stop();
}

void ping_part::ask(session& from, nanoseconds due) {
    questions& mine = open_[from.slot];
    from.push(home().talk().ask(token_of(mine.first + mine.due.size())));
    mine.due.push_back(due);
    ++outstanding_;
}

void ping_part::fill_window(session& from, nanoseconds now) {
    while (home().saying() && from.ready() && open_[from.slot].due.size() < asked().window)
        ask(from, now);
}

/// The open loop: asks the next question, however many are unanswered.
void ping_part::ask_next(nanoseconds due) {
    if (outstanding_ >= most_outstanding) {
        pacer_.stop();
        return home().give_up(
            fmt::format("{} questions are not answered: schedule given up", outstanding_));
    }
    session& from = *clients()[pacer_.taken() % clients().size()];
    if (from.ready())
        ask(from, due);
}

void ping_part::answered(session& from, std::string_view token) {
    if (from.slot >= open_.size() || !is_next(from, token))
        return;
    questions& mine = open_[from.slot];
    const nanoseconds due = mine.due.front();
    mine.due.pop_front();
    ++mine.first;
    --outstanding_;
    ++tally().done.answers;
    const nanoseconds now = home().batch_time();
    if (home().measured(due))
        home().record(tally(), timing::answer, now - due);
    if (asked().rate <= 0)
        fill_window(from, now);
}

/// Whether this answers the oldest question; questions that were passed over are lost.
bool ping_part::is_next(session& from, std::string_view token) {
    questions& mine = open_[from.slot];
    if (!home().shared().traits.numbers_answers) {
        if (mine.due.empty())
            report(violation_kind::unexpected, from, token);
        return !mine.due.empty();
    }
    std::uint64_t number = 0;
    const char* end = token.data() + token.size();
    if (token.empty() || token[0] != 'q' ||
        std::from_chars(token.data() + 1, end, number, 16).ptr != end ||
        number >= mine.first + mine.due.size()) {
        report(violation_kind::unexpected, from, token);
        return false;
    }
    if (number < mine.first) {
        report(violation_kind::doubled, from, token);
        return false;
    }
    for (; mine.first < number; ++mine.first, --outstanding_) {
        report(violation_kind::lost, from, {});
        mine.due.pop_front();
    }
    return true;
}

bool ping_part::settled() const {
    for (std::size_t i = 0; i < open_.size(); ++i) {
        if (clients()[i]->ready() && !open_[i].due.empty())
            return false;
    }
    return true;
}

void ping_part::finish() {
    for (std::size_t i = 0; i < open_.size(); ++i) {
        for (; clients()[i]->ready() && !open_[i].due.empty(); ++open_[i].first) {
            report(violation_kind::lost, *clients()[i], {});
            open_[i].due.pop_front();
        }
    }
}

void ping_part::report(violation_kind kind, const session& from, std::string_view got) {
    const questions& mine = open_[from.slot];
    add_violation({kind, home().shared().format.name(from.number()), mine.first, std::string(got),
                   mine.due.empty() ? std::string{} : token_of(mine.first)});
}

} // namespace chatload
