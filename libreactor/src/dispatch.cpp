#include "child_watches.hpp"
#include "loop_core.hpp"

#include <reactor/error.hpp>

namespace reactor::detail {

void loop_core::dispatch_batch() {
    if (batch_.empty())
        return;
    begin_step(step::dispatch);
    for (const readiness& report : batch_)
        dispatch(report);
    counters_.events += batch_.size();
    measure(step::dispatch);
}

void loop_core::dispatch(const readiness& report) {
    if (report.tag == wake_tag) {
        posts_->waker().drain();
        ++counters_.wakeups;
        signals_.serve(
            [this](unique_function<void()>& function) {
                guarded("signal function", [&] { function(); });
            },
            [this] { children_->serve_all(); });
        return;
    }
    const auto index = static_cast<std::uint32_t>(report.tag);
    const auto generation = static_cast<std::uint32_t>(report.tag >> 32);
    if (generation == child_generation) {
        children_->serve(index);
        return;
    }
    if (!slots_.is_live(index, generation)) {
        note_dead_event();
        return;
    }
    if (report.error != 0) {
        refused(index, {report.error, std::system_category()});
        return;
    }
    const slot& s = slots_[index];
    in_dispatch_ = index;
    if (s.has(flag::connecting))
        finish_connect(index, report);
    else if (s.has(flag::accepting))
        serve_listener(index, report);
    else if (s.has(flag::lingering))
        discard_input(index);
    else
        serve_traffic(index, report);
    in_dispatch_ = no_slot;
    // Whatever opening the slot has now: its marks were left to this moment.
    if (slots_[index].is_open())
        ask(index);
}

void loop_core::finish_connect(std::uint32_t index, const readiness& report) {
    slot& s = slots_[index];
    int error = 0;
    socklen_t size = sizeof error;
    if (const auto asked = system::getsockopt(s.fd, SOL_SOCKET, SO_ERROR, &error, &size);
        !asked.ok())
        error = asked.error;
    if (error == 0)
        error = report.socket_error;
    if (error == EINPROGRESS || error == EALREADY)
        return;
    // Some kernels report room before there is a peer: only a peer's name proves the connection.
    if (error == 0) {
        sockaddr_storage peer{};
        socklen_t peer_size = sizeof peer;
        const auto named =
            system::getpeername(s.fd, reinterpret_cast<sockaddr*>(&peer), &peer_size);
        if (!named.ok() && !report.hang_up)
            return;
        error = named.error;
    }
    if (error != 0) {
        close(index, {error, std::system_category()});
        return;
    }
    if (tell_connected(index))
        serve_traffic(index, report);
}

/// False when the channel is gone.
bool loop_core::tell_connected(std::uint32_t index) noexcept {
    slot& s = slots_[index];
    s.clear(flag::connecting);
    s.set(flag::connected);
    s.deadline = no_deadline;
    if (!guarded(index, [](dispatcher& channel) { channel.handle_connect(); }))
        return false;
    if (s.has(flag::queued | flag::ending)) // waited for this moment
        mark_flush(index);
    return true;
}

void loop_core::finish_race(std::uint32_t index, unique_fd fd) noexcept {
    find_extra(index)->race.reset();
    owners_.assign(fd.get(), index); // an attempt had the number: there is room for it
    slots_[index].fd = fd.release();
    mark_changed(index);
    tell_connected(index);
}

void loop_core::serve_listener(std::uint32_t index, const readiness& report) {
    if (wanted(slots_[index]).read)
        guarded(index, [](dispatcher& channel) { channel.handle_accept(); });
    else
        serve_unwanted(index, report); // paused or resting: the backlog keeps it readable
}

void loop_core::serve_traffic(std::uint32_t index, const readiness& report) {
    slot& s = slots_[index];
    bool served = false;
    if ((report.read || report.hang_up) && wants_read(s)) {
        served = true;
        // Only a receive tells an end from an error, and gives what arrived before it.
        if (!guarded(index, [](dispatcher& channel) { channel.handle_read(); }))
            return;
        if (s.has(flag::eof_pending) && report.socket_error != 0) {
            close(index, {report.socket_error, std::system_category()}); // that was no clean end
            return;
        }
        if (s.has(flag::eof_pending)) {
            const auto generation = s.generation;
            deliver_eof(index);
            if (!slots_.is_live(index, generation))
                return;
        }
    }
    if ((report.write || report.hang_up) && wants_write(s)) {
        served = true;
        if (!guarded(index, [](dispatcher& channel) { channel.handle_write(); }))
            return;
    }
    if (report.urgent && wants_read(s)) {
        served = true;
        if (!guarded(index, [](dispatcher& channel) { channel.handle_expt(); }))
            return;
    }
    if (!served)
        serve_unwanted(index, report);
}

void loop_core::serve_unwanted(std::uint32_t index, const readiness& report) {
    const slot& s = slots_[index];
    if (s.has(flag::on_held))
        return; // its turn comes in this iteration
    if (report.hang_up && !wanted(s).any())
        park(index); // errors and hang-ups cannot be masked
    else
        apply(index, wanted(s), laziness::none); // dropping read interest was left for this moment
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
    guarded(index, [](dispatcher& channel) { channel.handle_eof(); });
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
        const interest armed{.read = s.has(flag::armed_read), .write = s.has(flag::armed_write)};
        if (const auto ec = poller_->add(s.fd, armed, tag_of(index, s.generation)))
            close(index, ec);
    }
}

void loop_core::handler_threw(std::uint32_t index, dispatcher* channel,
                              const std::exception_ptr& error) noexcept {
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
