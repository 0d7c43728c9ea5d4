// The part of the ledger that knows who comes and goes, and when all is over.

#include "bench/chatload/ledger.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace chatload {

namespace {

using std::chrono::nanoseconds;

constexpr std::size_t shown_bytes = 96;
constexpr std::size_t most_unseen = 10'000; // lines that came to nobody and are gone through

} // namespace

ledger::member ledger::add(std::uint32_t number) {
    ++lasting_;
    ++from_the_start_;
    whole_ = true;
    cursor made;
    made.since = nanoseconds::min();
    made.number = number;
    made.lasting = true;
    made.silent_to_itself = !of_.echoes && of_.who->find(number) != nullptr;
    settlers_ += made.silent_to_itself ? 0 : 1;
    listened_ = listened_ || !made.silent_to_itself;
    return place(made);
}

ledger::member ledger::add_late(std::uint32_t number, bool lasting) {
    cursor made;
    made.position = agreed_; // nothing older can come to it, and what is newer stays until then
    made.since = nanoseconds::max();
    made.number = number;
    made.waiting = true;
    made.lasting = lasting;
    made.silent_to_itself = !of_.echoes && of_.who->find(number) != nullptr;
    return place(made);
}

ledger::member ledger::place(cursor made) {
    if (frame_bytes_ != SIZE_MAX)
        made.in = &chunk_of(made.position);
    ++live_;
    for (std::uint64_t c = first_chunk_; c < made.position >> chunk_bits_; ++c)
        ++chunks_[c - first_chunk_]->passed;
    trim();
    if (free_.empty()) {
        cursors_.push_back(made);
        return static_cast<member>(cursors_.size() - 1);
    }
    const member who = free_.back();
    free_.pop_back();
    cursors_[who] = made;
    return who;
}

void ledger::leave(member who) {
    cursor& at = cursors_[who];
    if (at.gone)
        return;
    at.gone = true;
    --live_;
    held_.erase(who);
    orders_.forget(who);
    if (!at.waiting) {
        settlers_ -= at.silent_to_itself ? 0 : 1;
        lasting_ -= at.lasting ? 1 : 0;
        from_the_start_ -= at.since == nanoseconds::min() ? 1 : 0;
    }
    for (std::uint64_t c = first_chunk_; c < at.position >> chunk_bits_; ++c)
        --chunks_[c - first_chunk_]->passed;
    finish_member(who);
    trim();
    if (at.since != nanoseconds::min())
        free_.push_back(who);
}

/// When the member that has been there longest logged in; what was said before is owed to nobody.
nanoseconds ledger::oldest_member() const noexcept {
    nanoseconds oldest = nanoseconds::max();
    if (from_the_start_ > 0)
        return nanoseconds::min();
    for (const cursor& at : cursors_) {
        if (!at.gone)
            oldest = std::min(oldest, at.since);
    }
    return oldest;
}

/// A line of a member whose place is not known.
const ledger_entry* ledger::take_late(member who, line_id id) {
    hold(who, id);
    if (settlers_ == 0 || held_[who].size() == 1 ||
        find_from(cursors_[who].position, id) != no_place)
        find_place(who);
    late_ = {{}, id};
    return &late_;
}

/// Keeps a line until it can be told where it should be.
const ledger_entry* ledger::hold(member who, line_id id) {
    held_[who].push_back(id);
    cursors_[who].holds = true;
    ++deliveries_;
    late_ = {{}, id};
    return &late_;
}

void ledger::find_places() {
    if (held_.empty())
        return;
    std::vector<member> all;
    for (const auto& [who, lines] : held_)
        all.push_back(who);
    for (const member who : all) {
        if (cursors_[who].waiting)
            find_place(who);
        else
            take_held(who, 0);
    }
}

/// Looks for the first of `who`'s lines that is in the order.  Where nobody else can settle it, one
/// that nobody got before becomes the order.
bool ledger::find_place(member who) {
    const cursor& at = cursors_[who];
    const std::vector<line_id>& got = held_[who];
    for (std::size_t i = 0; i < got.size(); ++i) {
        const bool is_new = settlers_ == 0 && !at.silent_to_itself &&
                            got[i].sequence >= heard_of(*of_.who->find(got[i].sender)).seen;
        if (is_new || find_from(at.position, got[i]) != no_place) {
            found_place(who, i);
            return true;
        }
    }
    return false;
}

/// Holds `who` to the order from its line number `first_held` on; what came before cannot be told.
void ledger::found_place(member who, std::size_t first_held) {
    cursor& at = cursors_[who];
    at.waiting = false;
    settlers_ += at.silent_to_itself ? 0 : 1;
    lasting_ += at.lasting ? 1 : 0;
    take_held(who, first_held);
}

/// Takes the lines of `who` that were held, from number `first` on; those whose place is not known
/// yet are held again.
void ledger::take_held(member who, std::size_t first) {
    const std::vector<line_id> got = std::move(held_[who]);
    held_.erase(who);
    cursors_[who].holds = false;
    for (std::size_t i = first; i < got.size(); ++i) {
        --deliveries_; // counted when it came
        take_id(who, *of_.who->find(got[i].sender), got[i], of_.format->line(got[i]));
    }
}

/// A line in a room whose order nobody sees.
const ledger_entry* ledger::take_apart(member who, const speaker& said_by, line_id id,
                                       std::string_view text) {
    heard& of = heard_of(said_by);
    const bool late = cursors_[who].since != nanoseconds::min();
    const auto came = orders_.take(who, said_by, of.times, id.sequence, late);
    if (came.doubled) {
        report(violation_kind::doubled, who, agreed_, text);
        return nullptr;
    }
    for (std::uint32_t i = came.passed_over; i > 0; --i)
        report_lost(who, agreed_, {id.sender, id.sequence - i});
    if (id.sequence >= of.seen) {
        const std::uint32_t more = id.sequence + 1 - of.seen;
        agreed_ += more;
        if (said_by.counted_by == of_.thread)
            of_.lines[said_by.load] += more;
        of.seen = id.sequence + 1;
    }
    ++deliveries_;
    late_ = {came.sent, id};
    return &late_;
}

/// Whether every line of `one` is to come to a member.
bool ledger::is_owed_all(const cursor& at, const speaker& one) noexcept {
    return !at.gone && at.since == nanoseconds::min() &&
           !(at.silent_to_itself && at.number == one.number);
}

bool ledger::settled_apart() {
    bool all = true;
    of_.who->for_each_of(of_.room, [&](const speaker& one) {
        for (member who = 0; who < cursors_.size() && !one.gone && all; ++who) {
            const cursor& at = cursors_[who];
            all = !is_owed_all(at, one) || orders_.next(who, one) >= one.times.count();
        }
    });
    return all;
}

void ledger::finish_apart() {
    of_.who->for_each_of(of_.room, [&](const speaker& one) {
        for (member who = 0; who < cursors_.size() && !one.gone; ++who) {
            const cursor& at = cursors_[who];
            if (!is_owed_all(at, one))
                continue;
            for (std::uint32_t line = orders_.next(who, one); line < one.times.count(); ++line)
                report_lost(who, agreed_, {one.number, line});
        }
    });
}

/// Whether a line that is in the order has not come to a member that should have it.
bool ledger::is_owed_more(const cursor& at) {
    for (std::uint64_t p = at.position; p < agreed_; ++p) {
        if (is_owed(at, entry(p)))
            return true;
    }
    return false;
}

bool ledger::settled() {
    find_places();
    if (live_ == 0)
        return true;
    if (apart())
        return settled_apart();
    for (const cursor& at : cursors_) {
        if (!at.gone && is_owed_more(at))
            return false;
    }
    if (!of_.echoes && settlers_ == 0)
        return true; // nobody is left that could tell
    const nanoseconds oldest = oldest_member();
    bool all_seen = true;
    of_.who->for_each_of(of_.room, [&](const speaker& one) {
        if (one.gone || !all_seen)
            return;
        const heard& of = heard_of(one);
        send_times::reader times = of.times;
        const std::uint32_t said = one.times.count();
        for (std::uint32_t line = of.seen; line < said && all_seen; ++line)
            all_seen = times.at(line) <= oldest;
    });
    return all_seen;
}

/// What `who` should have got and did not: of one that left only what others got in its place.
void ledger::finish_member(member who) {
    const auto found = missing_.find(who);
    if (found == missing_.end())
        return;
    for (const missing_line& line : found->second)
        report_lost(who, line.position, line.id);
    missing_.erase(found);
}

/// Lines of speakers still there that came to nobody join the order: everyone lacks them.
void ledger::append_unseen() {
    const nanoseconds oldest = oldest_member();
    std::size_t appended = 0;
    of_.who->for_each_of(of_.room, [&](const speaker& one) {
        heard& of = heard_of(one);
        for (const std::uint32_t said = one.times.count(); of.seen < said && !one.gone;) {
            if (appended == most_unseen) {
                found_.count(violation_kind::lost, std::uint64_t{said - of.seen} * live_);
                of.seen = said;
            } else if (of.times.at(of.seen) > oldest) {
                append(one, of, {one.number, of.seen});
                ++appended;
            } else {
                ++of.seen;
            }
        }
    });
}

void ledger::finish() {
    if (live_ == 0)
        return;
    find_places();
    if (apart())
        return finish_apart();
    if (!of_.echoes && settlers_ == 0)
        return;
    append_unseen();
    for (member who = 0; who < cursors_.size(); ++who) {
        cursor& at = cursors_[who];
        if (at.gone)
            continue;
        finish_member(who);
        for (; at.position < agreed_; ++at.position) {
            if (is_owed(at, entry(at.position)))
                report_lost(who, at.position, entry(at.position).id);
        }
    }
}

void ledger::compare_with(const ledger& other) {
    if (found_.total() > 0 || other.found_.total() > 0)
        return; // a line that a thread missed is not at its place there
    const auto parts =
        marks_.compare(other.marks_, whole_ && other.whole_, lasting_ > 0 && other.lasting_ > 0);
    if (!parts)
        return;
    const auto shown = [&](const std::optional<line_id>& id) {
        return id ? of_.format->line(*id).substr(0, shown_bytes) : std::string{};
    };
    found_.add({violation_kind::reordered,
                fmt::format("thread {} beside thread {}", of_.thread, other.of_.thread),
                parts->position, shown(parts->here), shown(parts->there)});
}

void ledger::report(violation_kind kind, member who, std::uint64_t position, std::string_view got) {
    if (!found_.keeps()) {
        found_.count(kind);
        return;
    }
    std::string expected;
    if (!cursors_[who].waiting && !apart() && position < agreed_)
        expected = of_.format->line(entry(position).id).substr(0, shown_bytes);
    found_.add({kind, of_.format->name(cursors_[who].number), position,
                std::string(got.substr(0, shown_bytes)), std::move(expected)});
}

void ledger::report_lost(member who, std::uint64_t position, line_id id) {
    if (!found_.keeps()) {
        found_.count(violation_kind::lost);
        return;
    }
    found_.add({violation_kind::lost,
                of_.format->name(cursors_[who].number),
                position,
                {},
                of_.format->line(id).substr(0, shown_bytes)});
}

} // namespace chatload
