#include "child_watches.hpp"
#include "guarded.hpp"
#include "interest.hpp"
#include "loop_core.hpp"

#include <reactor/error.hpp>

#include <algorithm>
#include <span>

namespace reactor::detail {

void loop_core::dispatch_batch() {
    constexpr std::size_t reports_between_looks = 32; // at the clock
    if (next_report_ == batch_.size())
        return;
    begin_step(step::dispatch);
    const auto first = next_report_;
    do {
        const auto share = std::min(reports_between_looks, batch_.size() - next_report_);
        const auto reports = std::span(batch_).subspan(next_report_, share);
        next_report_ += share;
        for (readiness& report : reports)
            dispatch(report);
    } while (next_report_ < batch_.size() && !dispatch_time_spent());
    counters_.events += next_report_ - first;
    measure(step::dispatch);
}

[[gnu::always_inline]] inline void loop_core::dispatch(readiness& report) {
    const auto index = static_cast<std::uint32_t>(report.tag);
    const auto generation = static_cast<std::uint32_t>(report.tag >> 32);
    if (slots_.contains(index) && report.what == ready::read) [[likely]] {
        const slot& s = slots_[index]; // stays where it is, whatever the handlers do
        if (s.generation == generation && is_reading(s)) [[likely]] {
            dispatch_input(s, report);
            return;
        }
    }
    dispatch_any(report);
}

/// The way of nearly all events: input, and nothing else, for a connection that does nothing but
/// read.  Does what `dispatch_any` would.
[[gnu::always_inline]] inline void loop_core::dispatch_input(const slot& s,
                                                             const readiness& report) {
    const auto index = static_cast<std::uint32_t>(report.tag);
    in_dispatch_ = index;
    if (s.channel->readable()) [[likely]]
        (void)guarded(index, s, [](dispatcher& channel) { channel.handle_read(); });
    else
        serve_unwanted(index, report);
    in_dispatch_ = no_slot;
    // What is no such connection any more is perhaps another opening, or none.
    if (is_reading(s) && !s.channel->writable()) [[likely]]
        ++counters_.asked;
    else
        end_dispatch_input(report);
}

void loop_core::end_dispatch_input(const readiness& report) {
    const auto index = static_cast<std::uint32_t>(report.tag);
    const slot& s = slots_[index];
    if (s.generation == static_cast<std::uint32_t>(report.tag >> 32) && s.has(flag::eof_pending)) {
        in_dispatch_ = index;
        (void)serve_end(index, report);
        in_dispatch_ = no_slot;
    }
    ask(index, s);
}

void loop_core::dispatch_any(readiness& report) {
    const auto index = static_cast<std::uint32_t>(report.tag);
    const auto generation = static_cast<std::uint32_t>(report.tag >> 32);
    if (!slots_.is_live(index, generation) || report.has(ready::refused)) [[unlikely]] {
        dispatch_other(report);
        return;
    }
    const slot& s = slots_[index];
    in_dispatch_ = index;
    if (is_connection(s) || serve_other(index, report)) [[likely]]
        serve_traffic(index, s, report);
    in_dispatch_ = no_slot;
    // Whatever opening the slot has now: its marks were left to this moment.
    ask(index, s);
}

/// What is no event of an open channel.
void loop_core::dispatch_other(const readiness& report) {
    const auto index = static_cast<std::uint32_t>(report.tag);
    const auto generation = static_cast<std::uint32_t>(report.tag >> 32);
    if (report.tag == wake_tag)
        serve_wakeup();
    else if (generation == child_generation)
        children_->serve(index);
    else if (!slots_.is_live(index, generation))
        note_dead_event();
    else
        refused(index, {report.error, std::system_category()});
}

void loop_core::serve_wakeup() {
    posts_->waker().drain();
    ++counters_.wakeups;
    signals_.serve(
        [this](unique_function<void()>& function) {
            guarded("signal function", [&] { function(); });
        },
        [this] { children_->serve_all(); });
}

/// True when the turn is traffic's; through a transport, the report tells of its readiness then.
bool loop_core::serve_other(std::uint32_t index, readiness& report) {
    if (auto* layer = find_layer(index))
        return layer->serve(*this, index, report);
    return serve_socket(index, report);
}

/// True when it is a connection now, whose traffic comes next.
bool loop_core::serve_socket(std::uint32_t index, const readiness& report) {
    const slot& s = slots_[index];
    if (s.has(flag::connecting))
        return finish_connect(index, report);
    if (s.has(flag::accepting))
        serve_listener(index, report);
    else if (s.has(flag::foreign))
        serve_foreign(index, report);
    else if (s.has(flag::lingering))
        discard_input(index);
    else
        return true;
    return false;
}

bool loop_core::finish_connect(std::uint32_t index, const readiness& report) {
    if (slots_[index].has(flag::datagram))
        return tell_associated(index);
    return is_connected(index, report) && connection_stands(index);
}

/// Closes the channel when it failed.
bool loop_core::is_connected(std::uint32_t index, const readiness& report) noexcept {
    const slot& s = slots_[index];
    int error = 0;
    socklen_t size = sizeof error;
    if (const auto asked = system::getsockopt(s.fd, SOL_SOCKET, SO_ERROR, &error, &size);
        !asked.ok())
        error = asked.error;
    if (error == 0)
        error = report.socket_error;
    if (error == EINPROGRESS || error == EALREADY)
        return false;
    // Some kernels report room before there is a peer: only a peer's name proves the connection.
    if (error == 0) {
        sockaddr_storage peer{};
        socklen_t peer_size = sizeof peer;
        const auto named =
            system::getpeername(s.fd, reinterpret_cast<sockaddr*>(&peer), &peer_size);
        if (!named.ok() && !report.has(ready::hang_up))
            return false;
        error = named.error;
    }
    if (error != 0)
        close(index, {error, std::system_category()});
    return error == 0;
}

/// False when there is no traffic yet: a transport goes on, or the channel is gone.
bool loop_core::connection_stands(std::uint32_t index) noexcept {
    auto* layer = find_layer(index);
    if (layer == nullptr)
        return become_connected(index);
    layer->start(*this, index);
    return false;
}

/// False when the channel is gone.
bool loop_core::become_connected(std::uint32_t index) noexcept {
    slot& s = slots_[index];
    s.clear(flag::connecting);
    s.set(flag::connected);
    if (!keeps_deadline(index))
        s.deadline = no_deadline;
    if (!guarded(index, [](dispatcher& channel) { channel.handle_connect(); }))
        return false;
    mark_flush(index); // what was queued, published or ended meanwhile waited for this moment
    return true;
}

void loop_core::finish_race(std::uint32_t index, unique_fd fd) noexcept {
    find_extra(index)->race.reset();
    owners_.assign(fd.get(), index); // an attempt had the number: there is room for it
    slots_[index].fd = fd.release();
    mark_changed(index);
    connection_stands(index);
}

void loop_core::serve_listener(std::uint32_t index, const readiness& report) {
    if (wanted(slots_[index]).read)
        guarded(index, [](dispatcher& channel) { channel.handle_accept(); });
    else
        serve_unwanted(index, report); // paused or resting: the backlog keeps it readable
}

void loop_core::serve_traffic(std::uint32_t index, const slot& s, const readiness& report) {
    bool served = false;
    if (report.has(ready::read | ready::hang_up) && wants_read(s)) {
        served = true;
        // Only a receive tells an end from an error, and gives what arrived before it.
        if (!guarded(index, s, [](dispatcher& channel) { channel.handle_read(); }))
            return;
        if (s.has(flag::eof_pending) && !serve_end(index, report))
            return;
    }
    if (report.has(ready::write | ready::hang_up) && wants_write(s)) {
        served = true;
        if (!guarded(index, s, [](dispatcher& channel) { channel.handle_write(); }))
            return;
    }
    if (report.has(ready::urgent) && wants_read(s)) {
        served = true;
        if (!guarded(index, s, [](dispatcher& channel) { channel.handle_expt(); }))
            return;
    }
    if (!served)
        serve_unwanted(index, report);
}

/// A receive met the end of input.  False when the channel is gone.
bool loop_core::serve_end(std::uint32_t index, const readiness& report) {
    // That was no clean end; of what is no socket there is none to tell.
    if (report.socket_error != 0 && !files_.has(index)) {
        close(index, {report.socket_error, std::system_category()});
        return false;
    }
    const auto generation = slots_[index].generation;
    deliver_eof(index);
    return slots_.is_live(index, generation);
}

void loop_core::serve_unwanted(std::uint32_t index, const readiness& report) {
    const slot& s = slots_[index];
    if (s.has(flag::on_held))
        return; // its turn comes in this iteration
    if (report.has(ready::hang_up) && !wanted(s).any())
        park(index); // errors and hang-ups cannot be masked
    else
        tell_kernel(index, wanted(s)); // dropping read interest was left for this moment
}

void loop_core::discard_input(std::uint32_t index) {
    const auto got = receive(index, receive_buffer_);
    slot& s = slots_[index];
    if (got.would_block())
        return;
    if (got.ec || got.n == 0)
        close(index, {}); // a reset after our end is an end
    else if (got.n >= s.linger_left)
        close(index, errc::linger_limit);
    else
        s.linger_left -= static_cast<std::uint32_t>(got.n);
}

void loop_core::deliver_eof(std::uint32_t index) {
    slot& s = slots_[index];
    if (!s.has(flag::eof_pending) || s.has(flag::holds_input | flag::ending))
        return;
    s.clear(flag::eof_pending);
    if (guarded(index, [](dispatcher& channel) { channel.handle_eof(); }) &&
        s.has(flag::write_ended))
        close(index, {});
}

void loop_core::note_dead_event() {
    ++counters_.dead_events;
    // A channel closed earlier in this batch explains the event.  Otherwise the kernel's set holds
    // a descriptor that we closed and somebody else keeps alive: it would be reported for ever and
    // cannot be removed.
    constexpr std::uint32_t patience = 2;
    if (ended_since_wait_ || ++dead_registrations_ < patience)
        return;
    dead_registrations_ = 0;
    rebuild_set();
}

void loop_core::rebuild_set() {
    if (const auto ec = poller_->rebuild())
        throw std::system_error(ec, "reactor::loop: making the descriptor set anew");
    ++counters_.set_rebuilds;
    watch_wakeup();
    children_->watch_again();
    for (std::uint32_t index = 0; index < slots_.capacity(); ++index) {
        slot& s = slots_[index];
        if (!s.is_open() || !s.has(flag::in_set))
            continue;
        const interest armed{.read = s.has(flag::armed_read),
                             .write = s.has(flag::armed_write),
                             .urgent = may_be_urgent(index, s)};
        if (const auto ec = poller_->add(s.fd, armed, tag_of(index, s.generation)))
            close(index, ec);
    }
}

/// Inside the catch clause of the boundary.
void loop_core::handler_threw(std::uint32_t index, dispatcher* channel) noexcept {
    const auto error = std::current_exception();
    ++counters_.exceptions;
    if (slots_[index].channel != channel) { // destroyed itself, then threw
        report(error);
        return;
    }
    try {
        channel->handle_error(error);
    } catch (...) {
        ++counters_.exceptions;
        if (slots_[index].channel == channel)
            close(index, std::make_error_code(std::errc::interrupted));
    }
}

} // namespace reactor::detail
