#include "loop_core.hpp"
#include "output_queue.hpp"

#include <reactor/dispatcher_with_send.hpp>
#include <reactor/error.hpp>

#include <new>
#include <utility>

namespace reactor {

namespace flag = detail::flag;

namespace {

const output_limits default_limits;
constexpr std::size_t most_bytes_at_once = 256 * 1024; // then the others get their turn

} // namespace

dispatcher_with_send::dispatcher_with_send(loop& owner)
    : dispatcher(owner), limits_(&default_limits) {}

dispatcher_with_send::dispatcher_with_send(loop& owner, unique_fd connected)
    : dispatcher(owner, std::move(connected)), limits_(&default_limits) {}

dispatcher_with_send::~dispatcher_with_send() = default;

void dispatcher_with_send::drop_buffers() noexcept { output_.reset(); }

bool dispatcher_with_send::send(std::string_view data) noexcept {
    if (!is_open() || core_->slots()[index_].has(flag::ending | flag::write_shut) ||
        !accepts(data.size()))
        return false;
    core_->check_thread(*this);
    if (data.empty())
        return true;
    try {
        if (!output_)
            output_ = std::make_unique<detail::output_queue>(core_->output_memory());
        output_->append(data);
    } catch (const std::bad_alloc&) {
        close(std::make_error_code(std::errc::not_enough_memory));
        return false;
    }
    core_->slots()[index_].set(flag::queued);
    core_->mark_flush(index_);
    return true;
}

bool dispatcher_with_send::accepts(std::size_t bytes) noexcept {
    if (output_size() + bytes <= limits_->hard_limit)
        return true;
    if (limits_->at_hard_limit == output_limits::policy::close) {
        ++core_->counters().limit_closes;
        close(errc::output_limit);
    }
    return false;
}

void dispatcher_with_send::set_output_limits(const output_limits& limits) noexcept {
    limits_ = &limits;
    if (is_open() && core_->slots()[index_].has(flag::blocked))
        core_->expect_deadline(index_, progress_deadline());
}

std::size_t dispatcher_with_send::output_size() const noexcept {
    return output_ ? output_->size() : 0;
}

// --- flushing ---

bool dispatcher_with_send::writable() const noexcept {
    return core_->slots()[index_].has(flag::blocked);
}

void dispatcher_with_send::handle_write() {
    core_->slots()[index_].set(flag::room);
    core_->mark_flush(index_);
}

void dispatcher_with_send::flush_step() {
    auto& state = core_->slots()[index_];
    if (state.has(flag::connected)) {
        if (state.has(flag::blocked) && !state.has(flag::room))
            return;
        state.clear(flag::room);
        if (output_)
            send_pending();
        if (!is_open() || output_)
            return; // else comes back when there is room, or in the next flush
    }
    dispatcher::flush_step(); // what is not connected yet comes back when it is
}

/// One send call.
void dispatcher_with_send::send_pending() {
    if (!output_->empty()) { // else a transport owed what it had taken
        iovec piece{};
        const auto offered = output_->gather({&piece, 1}, most_bytes_at_once);
        const auto sent = core_->send(index_, {&piece, 1});
        core_->budget().count_call(sent.n);
        if (sent.ec && !sent.would_block()) {
            close(sent.ec);
            return;
        }
        output_->consume(sent.n);
        if (sent.n < offered.bytes || core_->owes_output(index_)) {
            note_blocked(sent.n > 0);
            return;
        }
    }
    auto& state = core_->slots()[index_];
    if (!output_->empty()) {
        if (state.has(flag::blocked))
            state.set(flag::room); // as long as the kernel takes all that it is offered
        core_->mark_flush(index_);
        return;
    }
    output_.reset();
    if (state.has(flag::blocked))
        core_->mark_changed(index_);
    state.clear(flag::blocked | flag::queued);
}

void dispatcher_with_send::note_blocked(bool progressed) noexcept {
    auto& state = core_->slots()[index_];
    if (progressed || !state.has(flag::blocked))
        output_->progress_at = core_->now();
    if (!state.has(flag::blocked))
        core_->mark_changed(index_);
    state.set(flag::blocked);
    if (const auto deadline = progress_deadline(); deadline != detail::no_deadline)
        core_->expect_deadline(index_, deadline);
}

std::chrono::nanoseconds dispatcher_with_send::progress_deadline() const noexcept {
    if (!output_ || limits_->no_progress.count() <= 0 || !core_->slots()[index_].has(flag::blocked))
        return detail::no_deadline;
    return output_->progress_at + limits_->no_progress;
}

} // namespace reactor
