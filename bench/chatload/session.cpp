#include "bench/chatload/session.hpp"

#include "bench/chatload/json.hpp"
#include "bench/chatload/swarm.hpp"

#include <reactor/output_limits.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace chatload {

namespace {

// The server's words; none of them ends with LF.
constexpr std::string_view greeting = "Connect Success";
constexpr std::string_view login_success = "Login Success";

/// The swarm bounds what is outstanding, so this limit is out of reach.
const reactor::output_limits limits{.hard_limit = std::size_t{1} << 30};

} // namespace

session::session(reactor::loop& owner, swarm& home, std::uint32_t number, std::string_view name)
    : async_chat(owner), home_(home), number_(number) {
    std::copy_n(name.begin(), std::min(name.size(), sizeof name_ - 1), name_);
    set_output_limits(limits);
}

void session::start(const reactor::endpoint& server, std::chrono::nanoseconds patience) {
    std::error_code ec;
    create_socket(server.family(), SOCK_STREAM, ec);
    if (!ec)
        connect(server, patience, ec);
    if (ec)
        handle_close(ec);
}

std::string session::description() const {
    constexpr const char* waiting[] = {
        " (connecting)", " (waiting for the greeting)", " (waiting to log in)", "", "", ""};
    const char* doing = waiting[static_cast<std::size_t>(state_)];
    return idle() ? fmt::format("idle connection {}{}", number_, doing)
                  : fmt::format("client {}{}", name_, doing);
}

void session::handle_connect() {
    state_ = state::greeting;
    set_terminator(greeting.size());
}

void session::handle_line(std::string_view line) {
    if (state_ == state::greeting)
        take_greeting(line);
    else if (state_ == state::login)
        take_answer(line);
}

void session::collect_incoming_data(std::string_view data) {
    if (state_ == state::greeting || state_ == state::login)
        return async_chat::collect_incoming_data(data); // a piece of the message
    if (state_ != state::in_room)
        return;
    if (!partial_.empty()) {
        const std::size_t end = std::min(data.find('\n'), data.size());
        partial_ += data.substr(0, end);
        if (end == data.size()) {
            if (partial_.size() > 2 * line_format::max_line_bytes)
                fail("got a line without end");
            return;
        }
        home_.room_line(*this, partial_);
        partial_.clear();
        data.remove_prefix(end + 1);
    }
    partial_ += home_.room_lines(*this, data);
}

void session::take_greeting(std::string_view text) {
    if (text != greeting)
        return fail(fmt::format("refused: {}", json_string(text)));
    if (idle()) {
        clear_terminator();
        state_ = state::idle;
        return home_.session_ready(*this);
    }
    state_ = state::login;
    set_terminator(login_success.size());
    push(fmt::format("login {}\n", std::string_view{name_}));
}

void session::take_answer(std::string_view text) {
    if (text != login_success)
        return fail(fmt::format("login refused: {}", json_string(text)));
    state_ = state::in_room;
    clear_terminator();
    home_.session_ready(*this);
}

void session::handle_eof() {
    const std::string rest = state_ == state::in_room ? partial_ : held_input();
    fail(rest.empty()
             ? "closed by the server"
             : fmt::format("closed by the server after {}", json_string(rest.substr(0, 80))));
}

void session::handle_close(std::error_code ec) {
    if (state_ == state::connecting)
        fail(fmt::format("cannot connect to {}: {}", home_.server().to_string(), ec.message()));
    else
        fail(fmt::format("connection lost: {}", ec ? ec.message() : "closed"));
}

void session::fail(std::string why) {
    if (state_ == state::closed)
        return;
    why = description() + ": " + why;
    state_ = state::closed;
    home_.session_ended(*this, std::move(why));
    close();
}

} // namespace chatload
