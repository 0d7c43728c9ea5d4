#include "chatd/control/control_session.hpp"

#include "chatd/control/commands.hpp"
#include "chatd/control/control_socket.hpp"
#include "chatd/control/words.hpp"
#include "chatd/daemon.hpp"

#include <reactor/error.hpp>
#include <reactor/loop.hpp>

#include <string>
#include <utility>
#include <vector>

namespace chatd::control {

namespace {

constexpr std::chrono::seconds last_words{2}; // a session that finishes is given so long
/// What is due at once may come in the timer step under way.
constexpr std::chrono::nanoseconds next_iteration{1};

} // namespace

control_session::control_session(reactor::loop& loop, control_socket& owner, daemon& process,
                                 reactor::unique_fd fd, const peer_process& peer)
    : async_chat(loop, std::move(fd)), owner_(owner), process_(process), peer_(peer) {
    set_terminator("\n");
    set_max_line(longest_request);
    set_read_limit(longest_request);
    set_output_limits(owner_.limit().output);
    set_deadline(owner_.limit().idle);
}

void control_session::handle_line(std::string_view raw) {
    if (closing())
        return;
    set_deadline(owner_.limit().idle);
    if (raw.ends_with('\r'))
        raw.remove_suffix(1);
    if (raw.find_first_not_of(" \t") == std::string_view::npos)
        return;
    answer made;
    carry_out(raw, made);
    send(made);
}

void control_session::carry_out(std::string_view request, answer& to) {
    std::string why;
    const auto words = split_words(request, why);
    if (!words) {
        to.refuse(why);
        return;
    }
    const command* done = control::carry_out(process_, *words, to);
    if (done != nullptr && done->changes)
        process_.log().info("control", {{"command", done->word},
                                        {"uid", peer_.uid},
                                        {"pid", peer_.pid},
                                        {"result", to.refused() ? "refused" : "ok"}});
}

void control_session::send(answer& made) {
    if (auto start = made.take_start(); start && !made.refused()) {
        busy_ = true;
        pause_or_resume();
        start([&loop = owner(), me = ref()](answer&& given) {
            if (auto* asker = static_cast<control_session*>(loop.find(me)))
                asker->answer_given(given);
        });
        return;
    }
    auto action = made.take_action();
    const bool refused = made.refused();
    rows_ = made.take_rows();
    if (rows_) {
        busy_ = true;
        begun_ = std::move(made);
        make_rows();
    } else {
        push_exempt(made.take());
        note_output();
    }
    if (action && !refused)
        action();
}

void control_session::handle_overflow() {
    ++process_.service().count().control_too_long;
    answer made;
    made.refuse("the request is too long: " + std::to_string(longest_request) +
                " bytes are the most");
    send(made);
}

/// A few rows in each iteration: the flush step, which asks a producer as long as the socket takes
/// something, would have them made by the thousand.
void control_session::make_rows() {
    const bool more = rows_->more(begun_);
    push_exempt(more ? begun_.take_part() : begun_.take());
    if (!more) {
        rows_.reset();
        busy_ = false;
    }
    set_deadline(more ? next_iteration : owner_.limit().idle);
    note_output();
}

void control_session::note_output() {
    const bool unread = output_size() > owner_.limit().output.high_water;
    if (unread && !unread_)
        ++process_.service().count().control_waits;
    unread_ = unread;
    if (unread_)
        set_deadline(owner_.limit().idle);
    pause_or_resume();
}

void control_session::answer_given(answer& given) {
    busy_ = false;
    send(given);
}

void control_session::handle_low_water() {
    unread_ = false;
    if (rows_)
        set_deadline(next_iteration);
    pause_or_resume();
}

void control_session::pause_or_resume() {
    if (busy_ || unread_)
        pause_reading();
    else
        resume_reading();
}

void control_session::finish() {
    if (output_size() == 0) {
        close();
        return;
    }
    close_when_done();
    set_deadline(last_words);
}

void control_session::handle_timeout() {
    if (rows_ && !unread_ && !closing()) {
        make_rows();
    } else if (output_size() > 0 && !closing()) { // busy with an answer, which has its own limit
        set_deadline(owner_.limit().idle);
    } else {
        if (!closing())
            ++process_.service().count().control_closed;
        close();
    }
}

void control_session::handle_close(std::error_code ec) {
    if (ec == reactor::errc::no_progress)
        ++process_.service().count().control_closed;
    owner_.session_ended(*this);
}

} // namespace chatd::control
