#include "bench/chatload/ledger.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace chatload {

namespace {

std::size_t bits_for(std::size_t chunk_bytes, std::size_t line_bytes) {
    const std::size_t lines = std::clamp<std::size_t>(chunk_bytes / line_bytes, 16, 1024);
    return static_cast<std::size_t>(std::bit_width(lines)) - 1;
}

} // namespace

ledger::ledger(const ledger_place& place)
    : of_(place), chunk_bits_(bits_for(place.chunk_bytes, place.format->line_bytes())) {
    // The times are read from the first line on, before their writer may give up its start.
    for (const speaker* one : of_.who->of_room(of_.room))
        heard_of(*one);
}

ledger::heard& ledger::heard_of(const speaker& one) {
    if (heard_.size() <= one.place)
        heard_.resize(one.place + 1);
    heard& found = heard_[one.place];
    if (!found.times)
        found.times = send_times::reader(one.times);
    return found;
}

void ledger::begin_order(const framing& around) {
    before_bytes_ = around.before.size();
    frame_bytes_ = before_bytes_ + of_.format->text_bytes() + around.after.size();
    for (cursor& at : cursors_)
        at.in = &chunk_of(at.position);
}

ledger::chunk& ledger::chunk_of(std::uint64_t position) {
    const std::uint64_t wanted = position >> chunk_bits_;
    while (first_chunk_ + chunks_.size() <= wanted) {
        chunks_.push_back(spare_ ? std::move(spare_) : std::make_unique<chunk>());
        chunks_.back()->entries.resize(std::size_t{1} << chunk_bits_);
        chunks_.back()->bytes.resize(frame_bytes_ << chunk_bits_);
    }
    return *chunks_[wanted - first_chunk_];
}

void ledger::append(const speaker& said_by, heard& of, line_id id) {
    const framing& around = said_by.delivered;
    if (frame_bytes_ == SIZE_MAX)
        begin_order(around);
    chunk& last = chunk_of(agreed_);
    last.entries[place_in_chunk(agreed_)] = {of.times.at(id.sequence), id};
    char* frame = last.bytes.data() + place_in_chunk(agreed_) * frame_bytes_;
    // Frames of another length are refused when their speaker logs in.
    std::copy_n(around.before.data(), std::min(around.before.size(), before_bytes_), frame);
    frame += before_bytes_;
    of_.format->write_line(frame, id);
    frame += of_.format->text_bytes();
    const std::size_t after = frame_bytes_ - before_bytes_ - of_.format->text_bytes();
    std::copy_n(around.after.data(), std::min(around.after.size(), after), frame);
    of.seen = id.sequence + 1;
    ++agreed_;
    if (said_by.counted_by == of_.thread)
        ++of_.lines[said_by.load];
    if (of_.marks && lasting_ > 0)
        marks_.add(id);
}

std::span<const ledger_entry> ledger::take_agreed(member who, std::string_view data) {
    cursor& at = cursors_[who];
    if (at.silent_to_itself)
        pass_own(who);
    const std::size_t from = place_in_chunk(at.position);
    const std::size_t in_chunk = (std::size_t{1} << chunk_bits_) - from;
    std::size_t lines =
        std::min({data.size() / frame_bytes_, std::size_t{agreed_ - at.position}, in_chunk});
    if (lines == 0 || at.waiting || at.holds)
        return {};
    if (at.silent_to_itself)
        lines = lines_until_own(at, lines);
    const char* agreed = at.in->bytes.data() + from * frame_bytes_;
    while (lines > 0 && std::memcmp(data.data(), agreed, lines * frame_bytes_) != 0)
        lines /= 2; // a notice among them, mostly
    if (lines == 0)
        return {};
    const std::span<const ledger_entry> taken(at.in->entries.data() + from, lines);
    deliveries_ += lines;
    at.position += lines;
    if (lines == in_chunk)
        move_to(who, at.position - 1, at.position);
    return taken;
}

/// How many of the next `lines` come before one that `at` said itself.
std::size_t ledger::lines_until_own(const cursor& at, std::size_t lines) const noexcept {
    const ledger_entry* first = at.in->entries.data() + place_in_chunk(at.position);
    return static_cast<std::size_t>(
        std::find_if(first, first + lines,
                     [&](const ledger_entry& line) { return line.id.sender == at.number; }) -
        first);
}

/// What `who` said itself does not come to it.
void ledger::pass_own(member who) {
    cursor& at = cursors_[who];
    while (at.in != nullptr && at.position < agreed_ && entry(at.position).id.sender == at.number)
        move_to(who, at.position, at.position + 1);
}

bool ledger::is_owed(const cursor& at, const ledger_entry& line) const noexcept {
    return line.sent > at.since && !(at.silent_to_itself && line.id.sender == at.number);
}

/// The next line of the order has come to `who`.
const ledger_entry* ledger::step(member who) {
    cursor& at = cursors_[who];
    const ledger_entry* taken = &at.in->entries[place_in_chunk(at.position)];
    ++deliveries_;
    if (place_in_chunk(++at.position) == 0)
        move_to(who, at.position - 1, at.position);
    return taken;
}

const ledger_entry* ledger::take(member who, std::string_view text) {
    const cursor& at = cursors_[who];
    if (at.silent_to_itself)
        pass_own(who);
    if (!at.waiting && !at.holds && at.in != nullptr && at.position < agreed_ &&
        text.size() == of_.format->text_bytes() &&
        std::memcmp(text.data(),
                    at.in->bytes.data() + place_in_chunk(at.position) * frame_bytes_ +
                        before_bytes_,
                    text.size()) == 0)
        return step(who);
    const std::optional<line_id> id = of_.format->parse(text);
    if (!id) {
        report(of_.format->looks_torn(text) ? violation_kind::torn : violation_kind::unexpected,
               who, at.position, text);
        return nullptr;
    }
    const speaker* said_by = of_.who->find(id->sender);
    if (said_by == nullptr || said_by->room != of_.room || id->sequence >= said_by->times.count()) {
        report(violation_kind::unexpected, who, at.position, text);
        return nullptr;
    }
    return take_id(who, *said_by, *id, text);
}

const ledger_entry* ledger::take_id(member who, const speaker& said_by, line_id id,
                                    std::string_view text) {
    const cursor& at = cursors_[who];
    if (apart())
        return take_apart(who, said_by, id, text);
    if (at.waiting)
        return take_late(who, id);
    if (at.silent_to_itself && settlers_ == 0) { // nobody is left that could tell
        ++deliveries_;
        late_ = {{}, id};
        return &late_;
    }
    if (at.silent_to_itself && (at.holds || id.sequence >= heard_of(said_by).seen))
        return hold(who, id);
    if (id.sequence >= heard_of(said_by).seen)
        return take_new(who, said_by, id);
    return take_known(who, id, text);
}

/// A line that no member got before: its place is the end of the order, and whatever was due here
/// before it has not come to this member.
const ledger_entry* ledger::take_new(member who, const speaker& said_by, line_id id) {
    heard& of = heard_of(said_by);
    const std::chrono::nanoseconds oldest =
        of.seen < id.sequence ? oldest_member() : std::chrono::nanoseconds{};
    for (; of.seen < id.sequence;) {
        if (of.times.at(of.seen) > oldest)
            append(said_by, of, {id.sender, of.seen});
        else
            ++of.seen; // owed to nobody
    }
    const std::uint64_t place = agreed_;
    append(said_by, of, id);
    skip_to(who, place);
    return step(who);
}

/// A line that has its place in the order, which is not this member's next one.
const ledger_entry* ledger::take_known(member who, line_id id, std::string_view text) {
    if (const std::uint64_t p = find_from(cursors_[who].position, id); p != no_place) {
        skip_to(who, p);
        return step(who);
    }
    if (const auto found = missing_.find(who); found != missing_.end()) {
        auto& lines = found->second;
        const auto late = std::find_if(lines.begin(), lines.end(),
                                       [&](const missing_line& one) { return one.id == id; });
        if (late != lines.end()) {
            lines.erase(late);
            report(violation_kind::reordered, who, cursors_[who].position, text);
            ++deliveries_;
            late_.id = id;
            return &late_;
        }
    }
    report(violation_kind::doubled, who, cursors_[who].position, text);
    return nullptr;
}

std::uint64_t ledger::find_from(std::uint64_t position, line_id id) {
    for (std::uint64_t p = position; p < agreed_; ++p) {
        if (entry(p).id == id)
            return p;
    }
    return no_place;
}

/// Moves `who` to the place `to`; what lies between and is owed to it may come late, and is lost if
/// it does not.
void ledger::skip_to(member who, std::uint64_t to) {
    cursor& at = cursors_[who];
    if (at.position == to)
        return;
    for (std::uint64_t p = at.position; p < to; ++p) {
        if (!is_owed(at, entry(p)))
            continue;
        auto& lines = missing_[who];
        if (lines.size() < max_missing)
            lines.push_back({p, entry(p).id});
        else
            report_lost(who, p, entry(p).id);
    }
    move_to(who, at.position, to);
}

void ledger::move_to(member who, std::uint64_t from, std::uint64_t to) {
    for (std::uint64_t c = from >> chunk_bits_; c < to >> chunk_bits_; ++c)
        ++chunks_[c - first_chunk_]->passed;
    cursors_[who].position = to;
    cursors_[who].in = &chunk_of(to);
    trim();
}

void ledger::trim() {
    while (!chunks_.empty() && live_ > 0 && chunks_.front()->passed == live_) {
        spare_ = std::move(chunks_.front());
        spare_->passed = 0;
        chunks_.pop_front();
        ++first_chunk_;
    }
}

} // namespace chatload
