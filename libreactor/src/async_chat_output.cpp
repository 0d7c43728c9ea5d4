#include "broadcast_core.hpp"
#include "input_state.hpp"
#include "loop_core.hpp"
#include "output_queue.hpp"

#include <reactor/async_chat.hpp>
#include <reactor/broadcast.hpp>
#include <reactor/error.hpp>

#include <algorithm>
#include <array>
#include <new>
#include <utility>

// The output queue.  Order of what one peer gets: the queue first, then what its broadcasts owe.
namespace reactor {

namespace flag = detail::flag;

namespace {

constexpr std::size_t most_pieces = 64;
constexpr std::size_t most_bytes_per_turn = 256 * 1024; // then the others get theirs

} // namespace

// --- queueing ---

bool async_chat::push(std::string_view data) noexcept { return enqueue(data, false, false); }

bool async_chat::push_exempt(std::string_view data) noexcept { return enqueue(data, true, false); }

bool async_chat::push_alone(std::string_view data) noexcept { return enqueue(data, true, true); }

/// @param shared  where `data` lies for good; null for bytes that are to be copied.
bool async_chat::enqueue(std::string_view data, bool exempt, bool alone,
                         const detail::chunk_slice* shared) noexcept {
    if (!takes_output() || (!exempt && !accepts(data.size())))
        return false;
    core_->check_thread(*this);
    try {
        catch_up();
        auto& pending = queue();
        if (alone)
            pending.append_boundary();
        if (shared != nullptr)
            pending.append(*shared);
        else
            pending.append(data);
        if (alone)
            pending.append_boundary();
        if (exempt)
            pending.exempt(data.size());
    } catch (const std::bad_alloc&) {
        close(std::make_error_code(std::errc::not_enough_memory));
        return false;
    }
    queue_changed();
    if (!above_high_water_ && crossed_water_mark(output_size()))
        core_->mark_water(index_);
    return true;
}

bool async_chat::push_with_producer(std::unique_ptr<producer> source) noexcept {
    if (!takes_output() || !source)
        return false;
    core_->check_thread(*this);
    try {
        catch_up();
        queue().append(std::move(source));
    } catch (const std::bad_alloc&) {
        close(std::make_error_code(std::errc::not_enough_memory));
        return false;
    }
    queue_changed();
    return true;
}

bool async_chat::takes_output() const noexcept {
    return is_open() && !core_->slots()[index_].has(flag::ending | flag::write_shut);
}

bool async_chat::accepts(std::size_t bytes) noexcept {
    const auto exempted = output_ ? output_->exempted() : 0;
    if (output_size() - exempted + bytes <= limits_->hard_limit)
        return true;
    if (limits_->at_hard_limit == output_limits::policy::close) {
        ++core_->counters().limit_closes;
        close(errc::output_limit);
    }
    return false;
}

detail::output_queue& async_chat::queue() {
    if (!output_)
        output_ = std::make_unique<detail::output_queue>(core_->output_memory());
    return *output_;
}

void async_chat::queue_changed() noexcept {
    core_->slots()[index_].set(flag::queued);
    core_->mark_flush(index_);
}

void async_chat::set_output_limits(const output_limits& limits) noexcept {
    limits_ = &limits;
    if (is_open() && core_->slots()[index_].has(flag::blocked))
        core_->expect_deadline(index_, progress_deadline());
}

std::size_t async_chat::output_size() const noexcept {
    std::size_t sum = output_ ? output_->size() : 0;
    for (const subscription* place = subscriptions_; place != nullptr; place = place->link_.next)
        sum += place->behind();
    return sum;
}

std::vector<std::string> async_chat::unsent_output() const {
    auto pieces = output_ ? output_->snapshot() : std::vector<std::string>{};
    for (const bool begun : {true, false})
        for (const subscription* place = subscriptions_; place != nullptr;
             place = place->link_.next)
            if (place->behind() > 0 && place->begun() == begun)
                pieces.push_back(place->owed());
    return pieces;
}

// --- broadcasts ---

/// Queues what followed broadcasts owe, so that what comes next comes after it.
void async_chat::catch_up() {
    complete_begun();
    for (subscription* place = subscriptions_; place != nullptr; place = place->link_.next)
        if (!place->held())
            copy_owed(*place);
}

/// Queues the rest of what was sent in part.
void async_chat::complete_begun() {
    for (subscription* place = subscriptions_; place != nullptr; place = place->link_.next)
        if (place->begun())
            copy_owed(*place);
}

void async_chat::copy_owed(subscription& place) {
    auto& follower = place.stream_->at(place.place_);
    const auto& chain = place.stream_->chain();
    while (follower.cursor < chain.end()) {
        const auto slice = chain.slice(follower.cursor);
        queue().append(slice);
        follower.cursor += slice.bytes.size();
        queue_changed();
    }
    follower.clear(detail::mark::begun);
    place.stream_->advanced();
}

void async_chat::owe(subscription& place) noexcept {
    if (!is_open() || place.behind() == 0)
        return;
    try {
        complete_begun();
        copy_owed(place);
    } catch (const std::bad_alloc&) {
        close(std::make_error_code(std::errc::not_enough_memory));
    }
}

void async_chat::stop_following() noexcept {
    while (subscriptions_ != nullptr)
        subscriptions_->leave();
}

/// One that was sent in part, else any that is behind.
subscription* async_chat::first_behind() const noexcept {
    subscription* found = nullptr;
    for (subscription* place = subscriptions_; place != nullptr; place = place->link_.next) {
        if (place->begun())
            return place;
        if (found == nullptr && place->behind() > 0 && !place->held())
            found = place;
    }
    return found;
}

// --- flushing ---

bool async_chat::writable() const noexcept { return core_->slots()[index_].has(flag::blocked); }

void async_chat::handle_write() {
    core_->slots()[index_].set(flag::room);
    core_->mark_flush(index_);
}

void async_chat::flush_step() {
    auto& state = core_->slots()[index_];
    if (!state.has(flag::connected)) {
        if (!connecting())
            end_output_step(); // was never going to be connected
        return;                // else comes back after handle_connect
    }
    if (state.has(flag::blocked) && !state.has(flag::room)) {
        note_pending();
        return;
    }
    state.clear(flag::room);
    switch (send_pending()) {
    case sent::gone:
        return;
    case sent::blocked:
        return; // noted already
    case sent::budget:
        if (state.has(flag::blocked))
            state.set(flag::room);
        state.set(flag::queued); // no broadcast goes ahead of the rest
        core_->mark_flush(index_);
        break;
    case sent::all:
        output_.reset();
        if (state.has(flag::blocked))
            core_->mark_changed(index_);
        state.clear(flag::blocked | flag::queued);
        if (state.has(flag::ending | flag::write_shut)) {
            end_output_step();
            return;
        }
        break;
    }
    note_pending();
}

/// One send call for all that may be joined, again and again until nothing is left or the kernel is
/// full.
async_chat::sent async_chat::send_pending() {
    std::size_t turn = 0;
    for (;;) {
        while (output_ && output_->wants_pull(limits_->low_water))
            if (!pull_producer())
                return sent::gone;
        std::array<iovec, most_pieces> pieces;
        const auto queued = output_ ? output_->gather(pieces, most_bytes_per_turn)
                                    : detail::output_queue::gathered{.complete = true};
        auto count = queued.pieces;
        auto bytes = queued.bytes;
        subscription* stream = queued.complete ? first_behind() : nullptr;
        if (stream != nullptr) {
            const auto more = stream->stream_->chain().gather(
                stream->stream_->at(stream->place_).cursor, std::span{pieces}.subspan(count));
            for (auto i = count; i < count + more; ++i)
                bytes += pieces[i].iov_len;
            count += more;
        }
        if (bytes == 0)
            return sent::all;
        if (core_->budget().spent() || turn >= most_bytes_per_turn)
            return sent::budget;
        const auto taken = send_pieces({pieces.data(), count});
        if (!is_open())
            return sent::gone;
        consume(taken, queued.bytes, stream);
        turn += taken;
        if (taken < bytes || core_->owes_output(index_)) {
            note_blocked(taken > 0);
            return sent::blocked;
        }
    }
}

/// Gives the bytes that the kernel took; 0 when it is full, or refused and the channel was closed.
std::size_t async_chat::send_pieces(std::span<const iovec> pieces) noexcept {
    const auto result = core_->send(index_, pieces);
    core_->budget().count_call(result.n);
    if (result.ec && !result.would_block())
        close(result.ec);
    return result.n;
}

void async_chat::consume(std::size_t taken, std::size_t queued, subscription* stream) noexcept {
    const auto from_queue = std::min(taken, queued);
    if (from_queue > 0)
        output_->consume(from_queue);
    if (stream == nullptr || taken == from_queue)
        return;
    auto& follower = stream->stream_->at(stream->place_);
    follower.cursor += taken - from_queue;
    follower.put(detail::mark::begun, stream->behind() > 0);
    stream->stream_->advanced();
}

/// Asks the first producer for its next piece.  False when the channel is gone.
bool async_chat::pull_producer() {
    auto& core = *core_;
    const auto index = index_;
    const auto generation = generation_;
    auto source = output_->take_producer();
    std::string made;
    std::exception_ptr failure;
    try {
        made = source->more();
    } catch (...) {
        failure = std::current_exception(); // the producer ends here
    }
    const bool live = core.slots().is_live(index, generation);
    if (live && output_)
        output_->put_back(std::move(source), std::move(made));
    if (failure) {
        if (live)
            core.mark_flush(index); // what stands behind it goes on if the channel does
        std::rethrow_exception(failure);
    }
    return live;
}

// --- a full socket ---

/// A broadcast's flush could not send a slice at first.  Gives what was sent then.
std::size_t async_chat::send_slice_again(int error, std::string_view slice) noexcept {
    return send_again(error, slice).n;
}

/// A broadcast's flush sent a slice of `bytes`, of which the kernel took `taken`; `more` of what it
/// began is left.
void async_chat::note_slice(std::size_t taken, std::size_t bytes, bool more) noexcept {
    if (taken < bytes || core_->owes_output(index_))
        note_blocked(taken > 0);
    else if (more) // more chunks than one call takes: its own flush goes on
        queue_changed();
    else if (above_high_water_) // a share held back was part of it
        note_pending();
}

void async_chat::note_blocked(bool progressed) noexcept {
    if (!is_open())
        return;
    auto& state = core_->slots()[index_];
    const bool was_blocked = state.has(flag::blocked);
    state.set(flag::blocked);
    try {
        auto& pending = queue();
        if (!was_blocked || progressed)
            pending.progress_at = core_->now();
    } catch (const std::bad_alloc&) {
        close(std::make_error_code(std::errc::not_enough_memory));
        return;
    }
    if (!was_blocked)
        core_->mark_changed(index_);
    if (const auto deadline = progress_deadline(); deadline != detail::no_deadline)
        core_->expect_deadline(index_, deadline);
    note_pending();
}

std::chrono::nanoseconds async_chat::progress_deadline() const noexcept {
    if (!output_ || limits_->no_progress.count() <= 0 || !core_->slots()[index_].has(flag::blocked))
        return detail::no_deadline;
    return output_->progress_at + limits_->no_progress;
}

/// Compares what is pending with the limits.
void async_chat::note_pending() noexcept {
    if (!is_open())
        return;
    const auto pending = output_size();
    const auto exempted = output_ ? output_->exempted() : 0;
    if (pending - exempted > limits_->hard_limit) {
        ++core_->counters().limit_closes;
        close(errc::output_limit);
        return;
    }
    if (crossed_water_mark(pending))
        core_->mark_water(index_);
}

bool async_chat::crossed_water_mark(std::size_t pending) const noexcept {
    return above_high_water_ ? pending <= limits_->low_water : pending > limits_->high_water;
}

void async_chat::water_step() {
    if (!crossed_water_mark(output_size()))
        return;
    above_high_water_ = !above_high_water_;
    // What a broadcast's flush sends may end it.
    for (subscription* place = subscriptions_; place != nullptr; place = place->link_.next)
        place->stream_->at(place->place_).set(detail::mark::unsure);
    if (above_high_water_)
        handle_high_water();
    else
        handle_low_water();
}

void async_chat::handle_high_water() {}

void async_chat::handle_low_water() {}

} // namespace reactor
