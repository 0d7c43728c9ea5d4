#include "chatd/memory_room_log.hpp"

#include <chrono>
#include <utility>

namespace chatd {

namespace {

constexpr std::size_t bytes_kept = 64 * 1024; // of an empty batch's memory

/// Differs between runs of the daemon and between logs of one run.
std::uint64_t new_epoch() noexcept {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(std::chrono::nanoseconds{now}.count());
}

} // namespace

void memory_room_log::batch::clear() noexcept {
    entries.clear();
    bytes.clear(bytes_kept);
}

memory_room_log::memory_room_log(reactor::loop& owner, room_log_reader& reader)
    : reader_(reader), last_{new_epoch(), 0}, delivery_(owner, [this] { deliver_pending(); }) {}

bool memory_room_log::joins_last(entry_kind kind) const noexcept {
    return kind == entry_kind::say && !pending_.entries.empty() &&
           pending_.entries.back().run.kind == entry_kind::say;
}

log_position memory_room_log::append(const log_origin& origin, entry_kind kind,
                                     std::span<const std::string_view> line) {
    pending_.bytes.append(line);
    ++last_.number;
    if (!joins_last(kind)) {
        if (!delivery_.pending())
            delivery_.start({});
        auto& made = pending_.entries.emplace_back();
        made.run = {.first = last_, .last = last_, .kind = kind, .origin = origin, .bytes = {}};
        made.name = origin.name;
        if (kind == entry_kind::enter)
            made.run.origin.entered = last_;
    }
    pending_.entries.back().run.last = last_;
    pending_.entries.back().end = pending_.bytes.size();
    return last_;
}

bool memory_room_log::catch_up() {
    if (!pending_.entries.empty())
        deliver_pending();
    return true;
}

void memory_room_log::deliver_pending() {
    delivery_.cancel();
    std::swap(pending_, delivering_);
    std::size_t start = 0;
    for (auto& e : delivering_.entries) {
        e.run.origin.name = e.name;
        e.run.bytes = delivering_.bytes.view().substr(start, e.end - start);
        start = e.end;
        reader_.deliver(e.run);
    }
    delivering_.clear();
}

} // namespace chatd
