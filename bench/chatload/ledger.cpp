#include "bench/chatload/ledger.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace chatload {

namespace {

constexpr std::size_t shown_bytes = 96;
constexpr std::size_t chunk_bytes = 64 * 1024; // of lines, more or less

std::size_t bits_for(std::size_t line_bytes) {
    const std::size_t lines = std::clamp<std::size_t>(chunk_bytes / line_bytes, 16, 1024);
    return static_cast<std::size_t>(std::bit_width(lines)) - 1;
}

} // namespace

ledger::ledger(const line_format& format, std::uint32_t clients)
    : format_(format), line_bytes_(format.line_bytes()), chunk_bits_(bits_for(line_bytes_)),
      cursors_(clients), senders_(clients), live_(clients) {
    for (cursor& at : cursors_)
        at.in = &chunk_of(0);
}

line_id ledger::note_sent(std::uint32_t sender, std::chrono::nanoseconds when) {
    sender_state& state = senders_[sender];
    auto& times = state.times;
    if (state.sent - state.seen == times.size()) {
        std::vector<std::chrono::nanoseconds> larger(std::max<std::size_t>(16, times.size() * 2));
        for (std::uint32_t i = state.seen; i != state.sent; ++i)
            larger[i & (larger.size() - 1)] = times[i & (times.size() - 1)];
        times = std::move(larger);
    }
    times[state.sent & (times.size() - 1)] = when;
    ++sent_;
    return {sender, state.sent++};
}

ledger::chunk& ledger::chunk_of(std::uint64_t position) {
    const std::uint64_t wanted = position >> chunk_bits_;
    while (first_chunk_ + chunks_.size() <= wanted) {
        chunks_.push_back(spare_ ? std::move(spare_) : std::make_unique<chunk>());
        chunks_.back()->entries.resize(std::size_t{1} << chunk_bits_);
        chunks_.back()->bytes.resize(line_bytes_ << chunk_bits_);
    }
    return *chunks_[wanted - first_chunk_];
}

void ledger::append(line_id id) {
    sender_state& state = senders_[id.sender];
    chunk& last = chunk_of(agreed_);
    last.entries[place(agreed_)] = {state.times[id.sequence & (state.times.size() - 1)], id};
    format_.write_line(last.bytes.data() + place(agreed_) * line_bytes_, id);
    state.seen = id.sequence + 1;
    ++agreed_;
}

std::span<const ledger_entry> ledger::take_agreed(std::uint32_t client, std::string_view data) {
    cursor& at = cursors_[client];
    const std::size_t from = place(at.position);
    const std::size_t in_chunk = (std::size_t{1} << chunk_bits_) - from;
    std::size_t lines =
        std::min({data.size() / line_bytes_, std::size_t{agreed_ - at.position}, in_chunk});
    const char* agreed = at.in->bytes.data() + from * line_bytes_;
    while (lines > 0 && std::memcmp(data.data(), agreed, lines * line_bytes_) != 0)
        lines /= 2; // a notice among them, mostly
    if (lines == 0)
        return {};
    const std::span<const ledger_entry> taken(at.in->entries.data() + from, lines);
    deliveries_ += lines;
    at.position += lines;
    if (lines == in_chunk)
        move_to(client, at.position - 1, at.position);
    return taken;
}

/// The next line of the order has come to `client`.
const ledger_entry* ledger::step(std::uint32_t client) {
    cursor& at = cursors_[client];
    const ledger_entry* taken = &at.in->entries[place(at.position)];
    ++deliveries_;
    if (place(++at.position) == 0)
        move_to(client, at.position - 1, at.position);
    return taken;
}

const ledger_entry* ledger::take(std::uint32_t client, std::string_view line) {
    const cursor& at = cursors_[client];
    if (line.size() + 1 == line_bytes_ && at.position < agreed_ &&
        std::memcmp(line.data(), at.in->bytes.data() + place(at.position) * line_bytes_,
                    line.size()) == 0)
        return step(client);
    if (format_.is_own_join(line)) {
        ++joins_;
        return nullptr;
    }
    const std::optional<line_id> id = format_.parse(line);
    if (!id) {
        if (!line_format::is_notice(line))
            report(format_.looks_torn(line) ? violation_kind::torn : violation_kind::unexpected,
                   client, cursors_[client].position, line);
        return nullptr;
    }
    if (id->sender >= senders_.size() || id->sequence >= senders_[id->sender].sent) {
        report(violation_kind::unexpected, client, cursors_[client].position, line);
        return nullptr;
    }
    if (id->sequence >= senders_[id->sender].seen)
        return take_new(client, *id);
    return take_known(client, *id, line);
}

/// A line that no client got before: its place is the end of the order, and whatever was due here
/// before it has not come to this client.
const ledger_entry* ledger::take_new(std::uint32_t client, line_id id) {
    while (senders_[id.sender].seen < id.sequence)
        append({id.sender, senders_[id.sender].seen});
    const std::uint64_t place = agreed_;
    append(id);
    skip_to(client, place);
    return step(client);
}

/// A line that has its place in the order, which is not this client's next one.
const ledger_entry* ledger::take_known(std::uint32_t client, line_id id, std::string_view line) {
    for (std::uint64_t p = cursors_[client].position; p < agreed_; ++p) {
        if (entry(p).id == id) {
            skip_to(client, p);
            return step(client);
        }
    }
    if (const auto found = missing_.find(client); found != missing_.end()) {
        auto& lines = found->second;
        const auto late = std::find_if(lines.begin(), lines.end(),
                                       [&](const missing_line& one) { return one.id == id; });
        if (late != lines.end()) {
            lines.erase(late);
            report(violation_kind::reordered, client, cursors_[client].position, line);
            ++deliveries_;
            late_.id = id;
            return &late_;
        }
    }
    report(violation_kind::doubled, client, cursors_[client].position, line);
    return nullptr;
}

/// Moves `client` to the place `to`; what lies between may come late, and is lost if it does not.
void ledger::skip_to(std::uint32_t client, std::uint64_t to) {
    cursor& at = cursors_[client];
    if (at.position == to)
        return;
    auto& lines = missing_[client];
    for (std::uint64_t p = at.position; p < to; ++p) {
        if (lines.size() < max_missing)
            lines.push_back({p, entry(p).id});
        else
            report_lost(client, p, entry(p).id);
    }
    move_to(client, at.position, to);
}

void ledger::move_to(std::uint32_t client, std::uint64_t from, std::uint64_t to) {
    for (std::uint64_t c = from >> chunk_bits_; c < to >> chunk_bits_; ++c)
        ++chunks_[c - first_chunk_]->passed;
    cursors_[client].position = to;
    cursors_[client].in = &chunk_of(to);
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

void ledger::leave(std::uint32_t client) {
    cursor& at = cursors_[client];
    if (at.gone)
        return;
    at.gone = true;
    --live_;
    for (std::uint64_t c = first_chunk_; c < at.position >> chunk_bits_; ++c)
        --chunks_[c - first_chunk_]->passed;
    finish_client(client);
    trim();
}

bool ledger::settled() const noexcept {
    for (std::size_t i = 0; i < cursors_.size(); ++i) {
        if (!cursors_[i].gone &&
            (cursors_[i].position != agreed_ || senders_[i].sent != senders_[i].seen))
            return false;
    }
    return true;
}

/// What `client` should have got and did not: of one that left only what others got in its place.
void ledger::finish_client(std::uint32_t client) {
    const auto found = missing_.find(client);
    if (found == missing_.end())
        return;
    for (const missing_line& line : found->second)
        report_lost(client, line.position, line.id);
    missing_.erase(found);
}

void ledger::finish() {
    for (std::uint32_t client = 0; client < cursors_.size(); ++client) {
        if (cursors_[client].gone)
            continue;
        // Lines of clients still there that came to nobody join the order: everyone lacks them.  A
        // few do, the others could not be shown anyway.
        for (std::size_t i = 0; i < violations::shown && unseen(client) > 0; ++i)
            append({client, senders_[client].seen});
        found_.count(violation_kind::lost, std::uint64_t{unseen(client)} * live_);
        senders_[client].seen = senders_[client].sent;
    }
    for (std::uint32_t client = 0; client < cursors_.size(); ++client) {
        cursor& at = cursors_[client];
        if (at.gone)
            continue;
        finish_client(client);
        for (; at.position < agreed_ && found_.keeps(); ++at.position)
            report_lost(client, at.position, entry(at.position).id);
        found_.count(violation_kind::lost, agreed_ - at.position);
        at.position = agreed_;
    }
}

void ledger::report(violation_kind kind, std::uint32_t client, std::uint64_t position,
                    std::string_view got) {
    if (!found_.keeps()) {
        found_.count(kind);
        return;
    }
    std::string expected;
    if (position < agreed_)
        expected = format_.line(entry(position).id).substr(0, shown_bytes);
    found_.add({kind, format_.name(client), position, std::string(got.substr(0, shown_bytes)),
                std::move(expected)});
}

void ledger::report_lost(std::uint32_t client, std::uint64_t position, line_id id) {
    if (!found_.keeps()) {
        found_.count(violation_kind::lost);
        return;
    }
    found_.add({violation_kind::lost,
                format_.name(client),
                position,
                {},
                format_.line(id).substr(0, shown_bytes)});
}

} // namespace chatload
