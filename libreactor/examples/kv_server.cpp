#include "kv_server.hpp"

#include <utility>

namespace kv {

namespace {

constexpr std::uint32_t max_line = 8 * 1024;

/// A client that asks faster than it reads costs at most this much, and one answer to each command
/// of the read in which the mark is passed.  Shared by all sessions.
constexpr reactor::output_limits limits{.high_water = 32 * 1024, .low_water = 8 * 1024};

/// The part before the first blank, and the part behind it.
std::pair<std::string_view, std::string_view> split(std::string_view text) {
    const auto blank = text.find(' ');
    if (blank == std::string_view::npos)
        return {text, {}};
    return {text.substr(0, blank), text.substr(blank + 1)};
}

} // namespace

session::session(reactor::loop& owner, reactor::unique_fd fd, store& values)
    : async_chat(owner, std::move(fd)), values_(values) {
    set_terminator("\n");
    set_max_line(max_line);
    set_output_limits(limits);
    set_deadline(idle_limit);
}

void session::handle_line(std::string_view line) {
    set_deadline(idle_limit);
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    const auto [word, arguments] = split(line);
    if (word == "SET")
        set(arguments);
    else if (word == "GET")
        get(arguments);
    else if (word == "DEL")
        remove(arguments);
    else if (word == "QUIT")
        quit();
    else
        answer("ERROR", "unknown command");
}

void session::set(std::string_view arguments) {
    const auto [key, text] = split(arguments);
    if (key.empty())
        return answer("ERROR", "no key");
    values_.insert_or_assign(std::string(key), std::string(text));
    answer("OK");
}

void session::get(std::string_view key) {
    const auto found = values_.find(key);
    if (found == values_.end())
        return answer("NONE");
    answer("VALUE", found->second);
}

void session::remove(std::string_view key) {
    const auto found = values_.find(key);
    if (found == values_.end())
        return answer("NONE");
    values_.erase(found);
    answer("OK");
}

void session::quit() {
    answer("BYE");
    close_when_done();
}

/// Exempt from the hard limit: what a client asked for itself slows it down and never kills it.
void session::answer(std::string_view word, std::string_view text) {
    push_exempt(word);
    if (!text.empty()) {
        push_exempt(" ");
        push_exempt(text);
    }
    push_exempt("\n");
}

void session::handle_overflow() { answer("ERROR", "line too long"); }

// A client that does not read its answers gets no more of its commands read.
void session::handle_high_water() { pause_reading(); }
void session::handle_low_water() { resume_reading(); }

// It may have ended its side only: what it asked for is still sent.
void session::handle_eof() { close_when_done(); }

void session::handle_timeout() { quit(); }

server::server(reactor::loop& owner, const reactor::endpoint& where) : dispatcher(owner) {
    listen_on(where);
}

void server::handle_accepted(reactor::unique_fd fd, const reactor::endpoint&) {
    owner().spawn<session>(std::move(fd), values_);
}

void server::stop() {
    close();
    owner().for_each([](reactor::dispatcher& channel) { channel.close_when_done(); });
}

} // namespace kv
