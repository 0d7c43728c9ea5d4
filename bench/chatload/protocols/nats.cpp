#include "bench/chatload/protocols/protocol.hpp"
#include "bench/chatload/protocols/wire_text.hpp"

#include <fmt/format.h>

#include <charconv>

namespace chatload {

namespace {

/// Each connection of a server has a thread that hands out what it says, so that two members may
/// get the lines of two senders in different orders.
constexpr protocol_traits nats_traits{.name = "nats", .numbers_answers = false, .one_order = false};

/// A client's one subscription, to its room.
constexpr char subscription = '1';

bool is_ping(std::string_view line) { return line == "PING"; }
bool is_pong(std::string_view line) { return line == "PONG"; }
bool is_error(std::string_view line) { return line.starts_with("-ERR"); }
bool is_info(std::string_view line) { return line.starts_with("INFO {"); }

/// The last word of `MSG ROOM SUBSCRIPTION [REPLY-TO] BYTES`; more than all that passes for what
/// is no number.
std::size_t payload_bytes(std::string_view line) {
    const std::string_view number = line.substr(line.rfind(' ') + 1);
    std::size_t bytes = 0;
    const char* const end = number.data() + number.size();
    const auto [stop, error] = std::from_chars(number.data(), end, bytes);
    return error == std::errc{} && stop == end ? bytes : max_message_bytes + 1;
}

/// What follows the first line of `MSG` is as long as that says, and a line end.
message read_payload(const wire_line& first, std::string_view input) {
    const std::size_t size = payload_bytes(first.text);
    if (size > max_message_bytes)
        return broken(first.text,
                      fmt::format("not a message of a NATS server: {}", quoted(first.text)));
    const std::string_view rest = input.substr(first.bytes);
    if (rest.size() < size + crlf.size())
        return {};
    if (rest.substr(size, crlf.size()) != crlf)
        return broken(
            rest, fmt::format("a message of {} bytes does not end there: {}", size, quoted(rest)));
    return {.what = message::kind::line,
            .bytes = first.bytes + size + crlf.size(),
            .text = rest.substr(0, size)};
}

class nats_protocol final : public protocol {
public:
    const protocol_traits& traits() const noexcept override { return nats_traits; }

    login_step login(int& stage, const identity* who, std::string_view input) override {
        constexpr int to_be_answered = 1;
        const wire_line line = first_crlf_line(input);
        if (stage != to_be_answered) {
            if (!is_info(input))
                return refused_by(input, "not a NATS server");
            if (line.bytes == 0)
                return unfinished_login(input);
            if (who == nullptr)
                return {.now = login_step::state::greeted, .bytes = line.bytes};
            stage = to_be_answered;
            return {.bytes = line.bytes, .reply = introduction(*who)};
        }
        if (line.bytes == 0)
            return unfinished_login(input);
        if (is_error(line.text))
            return refused(fmt::format("login refused: {}", quoted(line.text)));
        if (is_ping(line.text))
            return {.bytes = line.bytes, .reply = "PONG\r\n"};
        if (is_pong(line.text))
            return {.now = login_step::state::logged_in, .bytes = line.bytes};
        return {.bytes = line.bytes};
    }

    message next(const identity& /*who*/, std::string_view input) const override {
        const wire_line line = first_crlf_line(input);
        if (line.bytes == 0)
            return unfinished(input);
        if (line.text.starts_with("MSG "))
            return read_payload(line, input);
        if (is_pong(line.text))
            return {.what = message::kind::answer, .bytes = line.bytes};
        if (is_ping(line.text))
            return {.what = message::kind::request, .bytes = line.bytes, .reply = "PONG\r\n"};
        if (line.text == "+OK" || is_info(line.text))
            return {.what = message::kind::notice, .bytes = line.bytes, .text = line.text};
        const char* const why =
            is_error(line.text) ? "the server says" : "not a message of a NATS server";
        return broken(line.text, fmt::format("{}: {}", why, quoted(line.text)));
    }

    framing say(const identity& who, std::size_t text_size) const override {
        return {fmt::format("PUB {} {}\r\n", who.room, text_size), std::string{crlf}};
    }
    framing delivered(const identity& who, std::size_t text_size) const override {
        return {fmt::format("MSG {} {} {}\r\n", who.room, subscription, text_size),
                std::string{crlf}};
    }
    std::string ask(std::string_view /*token*/) const override { return "PING\r\n"; }
    std::string logout() const override { return {}; }

private:
    /// The answer to the PING says that all before it is done.
    static std::string introduction(const identity& who) {
        return fmt::format(R"(CONNECT {{"verbose":false,"pedantic":false,"name":"{}",)"
                           R"("lang":"c++","version":"1"}})"
                           "\r\nSUB {} {}\r\nPING\r\n",
                           who.name, who.room, subscription);
    }
};

} // namespace

std::unique_ptr<protocol> make_nats() { return std::make_unique<nats_protocol>(); }

} // namespace chatload
