#include "chatd/session.hpp"

#include "chatd/chat_room.hpp"
#include "chatd/line_filter.hpp"
#include "chatd/log.hpp"
#include "chatd/name_registry.hpp"
#include "chatd/replies.hpp"
#include "chatd/server.hpp"

#include <reactor/error.hpp>
#include <reactor/loop.hpp>

#include <algorithm>
#include <utility>

namespace chatd {

namespace {

/// The system gave the connection up: probes, or what was sent, had no answer.
bool is_loss(std::error_code ec) {
    return ec == std::errc::timed_out || ec == std::errc::host_unreachable ||
           ec == std::errc::network_unreachable;
}

std::chrono::nanoseconds end_of(std::chrono::nanoseconds start, std::chrono::nanoseconds length) {
    return length.count() > 0 ? start + length : never;
}

} // namespace

// --- life ---

session::session(reactor::loop& loop, server& owner, reactor::unique_fd fd,
                 const admission::ticket& ticket)
    : async_chat(loop, std::move(fd)), server_(owner), stream_(*this),
      phase_end_(end_of(loop.now(), owner.limit().login_timeout)), ticket_(ticket) {
    set_up();
    reply_alone(replies::connect_success);
    update_deadline();
}

void session::set_up() {
    set_terminator("\n");
    apply_limits();
}

void session::apply_limits() {
    const limits& limit = server_.limit();
    set_max_line(limit.max_line);
    set_read_limit(limit.read_limit);
    set_output_limits(server_.session_output());
}

void session::drain() {
    if (!is_open() || closing())
        return;
    state_ = state::gone;
    server_.room().let_go(*this);
    close_when_done();
}

void session::handle_eof() {
    // What the log has not delivered yet is still owed; leave_delivered() ends the session then.
    if (state_ == state::in_room)
        leave_room();
    else
        close_when_done();
}

void session::handle_close(std::error_code ec) {
    if (ec == reactor::errc::output_limit)
        note(incident::closed_hard_limit);
    else if (ec == reactor::errc::no_progress)
        note(incident::closed_no_progress);
    else if (ec == reactor::errc::memory_limit)
        note(incident::closed_memory);
    else if (is_loss(ec))
        note(incident::closed_peer_lost);
    leave_room();
    server_.session_ended(*this, ticket_);
}

void session::leave_room() {
    const auto former = std::exchange(state_, state::gone);
    if (former != state::in_room)
        return;
    ++server_.count().logouts;
    server_.log().info("leave", {{"name", name()}});
    server_.names().release(name());
    server_.looks().remove(name());
    last_append_ = server_.room().leave(*this);
}

void session::expel(incident why) {
    note(why);
    close();
}

void session::note(incident what) {
    if (name().empty())
        server_.incidents().note(what, now(), server_.peer_of(*this));
    else
        server_.incidents().note(what, now(), name());
}

void session::leave_delivered() {
    stream_.leave();
    close_when_done();
}

// --- lines ---

void session::handle_read() {
    // Bytes of a line that is being discarded come to nobody, and still have their price.
    if (discarding_line())
        charge(0, server_.limit().read_limit);
    async_chat::handle_read();
}

void session::handle_line(std::string_view raw) {
    ++server_.count().lines;
    charge(1, raw.size() + 1);
    const bool first = !heard_;
    heard_ = true;
    if (first && misplaced_http(raw))
        return;
    if (!spend_login_bytes(raw.size() + 1))
        return;
    carry_out(raw);
}

void session::carry_out(std::string_view raw) {
    const auto line = server_.filter().parse(raw);
    newcomer_ = false;
    release_hold();
    if (line.blank || state_ == state::gone)
        return;
    const auto* known =
        find_command(state_ == state::in_room ? chat_commands() : login_commands(), line.word);
    if (state_ == state::in_room && (known == nullptr || !known->runs_ahead)) {
        if (!server_.room().caught_up_with(last_append_)) {
            server_.room().wait_for_delivery(*this, std::string(raw));
            wait(for_log);
            return;
        }
        release_hold(); // catching up may have let it into the room just now
    }
    if (known == nullptr) {
        unknown(line.word);
        return;
    }
    if (known->cost > 1)
        charge(known->cost - 1U, 0); // its line has paid for one
    known->run(*this, line.argument);
}

void session::log_delivered(std::string line) {
    if (!server_.room().caught_up_with(last_append_)) {
        server_.room().wait_for_delivery(*this, std::move(line));
        return;
    }
    stop_waiting(for_log);
    carry_out(line);
}

void session::collect_incoming_data(std::string_view piece) {
    async_chat::collect_incoming_data(piece);
    if (!heard_)
        (void)misplaced_http(held_input());
}

/// A browser that was made to talk to this port must not get a word in.
bool session::misplaced_http(std::string_view first_bytes) {
    const auto starts = [&](std::string_view method) { return first_bytes.starts_with(method); };
    if (state_ != state::connected || (!starts("GET ") && !starts("POST ") && !starts("PUT ")))
        return false;
    expel(incident::closed_http_request);
    return true;
}

bool session::spend_login_bytes(std::size_t bytes) {
    if (state_ != state::connected)
        return true;
    login_bytes_ += static_cast<std::uint32_t>(bytes);
    if (login_bytes_ <= server_.limit().login_bytes)
        return true;
    expel(incident::closed_too_much_before_login);
    return false;
}

void session::handle_overflow() {
    note(incident::line_too_long);
    charge(1, server_.limit().max_line);
    heard_ = true;
    newcomer_ = false;
    release_hold();
    if (state_ == state::in_room)
        reply(replies::line_too_long);
    else
        reply_alone(replies::user_name_exist);
}

// --- commands ---

void session::follow(reactor::broadcast& stream, bool held) {
    stream_.join(stream);
    if (held)
        stream_.hold();
}

void session::release_hold() {
    if (!stream_.held())
        return;
    stream_.release();
    phase_end_ = never;
    update_deadline();
}

void session::say(std::string_view text) {
    if (muted_ && refused_as_muted())
        return;
    ++server_.count().says;
    last_append_ = server_.room().say(*this, text);
    if (const auto time = now(); server_.room().ready_at(time) > time) {
        wait(for_room, incident::wait_room);
        update_deadline();
    }
}

void session::look() {
    push_shared_exempt(server_.room().user_list());
    replied();
}

void session::logout() {
    if (state_ != state::in_room) {
        state_ = state::gone;
        close_when_done();
        return;
    }
    leave_room();
}

void session::unknown(std::string_view word) {
    reply(replies::join(replies::unknown_command(word)));
}

void session::reply(std::string_view text) {
    push_exempt(text);
    replied();
}

/// Stops who does not read its answers.
void session::replied() {
    if (state_ != state::in_room && output_size() > server_.limit().login_bytes) {
        expel(incident::closed_unread_before_login);
    } else if (output_size() > server_.limit().soft_limit) {
        wait(for_output, incident::wait_output);
    }
}

void session::reply_alone(std::string_view text) { push_alone(text); }

// --- waiting ---

std::chrono::nanoseconds session::now() const noexcept { return owner().now(); }

const flood_limits& session::flood() const noexcept { return server_.limit().flood; }

void session::charge(std::uint32_t lines, std::size_t bytes) {
    const auto time = now();
    const bool lines_left = lines_.take(flood().of_lines(), time, lines);
    const bool bytes_left =
        bytes_.take(flood().of_bytes(), time, static_cast<std::uint32_t>(bytes));
    if (lines_left && bytes_left)
        return;
    wait(for_flood, incident::wait_flood);
    update_deadline();
}

/// As below; what is new in it is noted.
void session::wait(reason why, incident what) {
    if ((waiting_for_ & why) == 0)
        note(what);
    wait(why);
}

void session::wait(reason why) {
    waiting_for_ = static_cast<std::uint8_t>(waiting_for_ | why);
    pause_reading();
}

void session::stop_waiting(reason why) {
    waiting_for_ = static_cast<std::uint8_t>(waiting_for_ & ~why);
    if (waiting_for_ == 0)
        resume_reading();
}

void session::handle_high_water() { wait(for_output, incident::wait_output); }

void session::handle_low_water() { stop_waiting(for_output); }

void session::update_deadline() {
    auto next = phase_end_;
    if ((waiting_for_ & for_flood) != 0)
        next = std::min(next, std::max(lines_.ready_at(flood().of_lines(), now()),
                                       bytes_.ready_at(flood().of_bytes(), now())));
    if ((waiting_for_ & for_room) != 0)
        next = std::min(next, server_.room().ready_at(now()));
    if (next == never)
        clear_deadline();
    else
        set_deadline(next - now());
}

void session::handle_timeout() {
    const bool logging_in = state_ == state::connected || state_ == state::claiming;
    if (phase_end_ <= now() && logging_in) {
        expel(incident::closed_login_timeout);
        return;
    }
    if (phase_end_ <= now()) {
        release_hold();
        phase_end_ = never;
    }
    if (lines_.ready(flood().of_lines(), now()) && bytes_.ready(flood().of_bytes(), now()))
        stop_waiting(for_flood);
    if (server_.room().ready_at(now()) <= now())
        stop_waiting(for_room);
    update_deadline();
}

} // namespace chatd
