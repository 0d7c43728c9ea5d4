#include "broadcast_core.hpp"
#include "guarded.hpp"
#include "loop_core.hpp"

#include <reactor/error.hpp>

#include <algorithm>

namespace reactor::detail {

void loop_core::flush() {
    if (!flush_.empty() || !behind_.empty()) {
        begin_step(step::flush);
        flush_both();
        measure(step::flush);
    }
    enforce_memory_limit();
}

/// Channels and streams share the budget: those who find it spent begin the next time.
void loop_core::flush_both() {
    const bool had_budget = !budget_->spent();
    const bool streams_first = streams_first_;
    streams_first ? flush_streams() : flush_channels();
    if (had_budget && budget_->spent())
        streams_first_ = !streams_first;
    streams_first ? flush_channels() : flush_streams();
}

void loop_core::flush_channels() {
    for (auto left = flush_.size(); left > 0 && !budget_->spent(); --left) {
        const auto index = flush_.take();
        if (index == no_slot || !slots_[index].is_open())
            continue;
        const bool ends = slots_[index].has(flag::ending | flag::write_shut);
        guarded(index, [](dispatcher& channel) { channel.flush_step(); });
        if (ends)
            budget_->count_call();
    }
}

void loop_core::flush_streams() {
    // What a flush cut short goes on where it stopped, after the other streams: while lines keep
    // coming, one stream alone could use every budget up.  A stream's flush calls no user code, so
    // the list stays.
    const bool had_budget = !budget_->spent();
    std::size_t done = 0;
    while (done < behind_.size() && behind_[done]->flush())
        ++done;
    const auto cut_short = behind_.begin() + static_cast<std::ptrdiff_t>(done);
    if (cut_short != behind_.end() && had_budget)
        std::rotate(cut_short, cut_short + 1, behind_.end());
    behind_.erase(behind_.begin(), behind_.begin() + static_cast<std::ptrdiff_t>(done));
}

void loop_core::add_stream(broadcast_core& stream) {
    streams_.push_back(&stream);
    behind_.reserve(streams_.size());
}

void loop_core::remove_stream(broadcast_core& stream) noexcept {
    std::erase(streams_, &stream);
    std::erase(behind_, &stream);
}

void loop_core::enforce_memory_limit() {
    if (*output_memory_ <= options_.max_output_bytes)
        return;
    std::uint32_t largest = no_slot;
    std::size_t most = 0;
    for (std::uint32_t index = 0; index < slots_.capacity(); ++index) {
        if (!slots_[index].is_open())
            continue;
        if (const auto pending = slots_[index].channel->pending_output(); pending > most) {
            most = pending;
            largest = index;
        }
    }
    mirror_feed* furthest = nullptr;
    for (const broadcast_core* stream : streams_) {
        mirror_feed* const feed = stream->furthest_feed();
        if (feed != nullptr && feed->behind() > most) {
            most = feed->behind();
            furthest = feed;
        }
    }
    if (furthest != nullptr) {
        ++counters_.limit_closes;
        furthest->stream().give_up(*furthest, errc::memory_limit);
        return;
    }
    if (largest == no_slot)
        return;
    ++counters_.limit_closes;
    close(
        largest,
        errc::memory_limit); // its memory is free after the close was delivered: then we look again
}

} // namespace reactor::detail
