#include "bench/chatload/protocols/protocol.hpp"
#include "bench/chatload/protocols/wire_text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>

namespace chatload {

namespace {

constexpr protocol_traits redis_traits{.name = "redis"};

/// The start of a RESP3 value: its first line, and what that counts.
struct resp_head {
    char type = 0;
    std::size_t bytes = 0;  ///< With the line end; 0: it has not come.
    std::size_t follow = 0; ///< Bytes, or values, that belong to it.
};

/// How a value ends.
enum class extent : std::uint8_t { whole, incomplete, broken };
struct resp_value {
    extent how = extent::broken;
    std::size_t bytes = 0; ///< Of a whole one.
};

bool is_blob(char type) { return type == '$' || type == '=' || type == '!'; }
bool is_list(char type) { return type == '*' || type == '>' || type == '~' || type == '%'; }
bool is_scalar(char type) {
    return std::string_view{"+-:_#,("}.find(type) != std::string_view::npos;
}
bool is_error(char type) { return type == '-' || type == '!'; }

bool read_number(std::string_view digits, std::size_t& number) {
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, number);
    return error == std::errc{} && stop == end;
}

/// Reads a first line.
extent read_head(std::string_view input, resp_head& head) {
    if (input.empty())
        return extent::incomplete;
    head.type = input.front();
    if (!is_blob(head.type) && !is_list(head.type) && !is_scalar(head.type))
        return extent::broken;
    const wire_line line = first_crlf_line(input);
    if (line.bytes == 0)
        return input.size() <= max_message_bytes ? extent::incomplete : extent::broken;
    head.bytes = line.bytes;
    std::size_t number = 0;
    const bool counts = read_number(line.text.substr(1), number);
    if (is_scalar(head.type))
        return counts || head.type != ':' ? extent::whole : extent::broken;
    if (!counts || number > max_message_bytes)
        return extent::broken;
    head.follow = number;
    if (head.type == '%')
        head.follow *= 2; // keys and values
    return extent::whole;
}

/// Finds the end of a value.  Lists in lists are counted down without recursion: what counts is how
/// many values are still to come.
resp_value read_value(std::string_view input) {
    std::size_t used = 0;
    for (std::size_t to_come = 1; to_come > 0; --to_come) {
        resp_head head;
        const extent how = read_head(input.substr(used), head);
        if (how != extent::whole)
            return {how, 0};
        used += head.bytes;
        if (is_list(head.type))
            to_come += head.follow;
        if (to_come > max_message_bytes)
            return {extent::broken, 0};
        if (!is_blob(head.type))
            continue;
        if (input.size() - used < head.follow + crlf.size())
            return {extent::incomplete, 0};
        if (input.substr(used + head.follow, crlf.size()) != crlf)
            return {extent::broken, 0};
        used += head.follow + crlf.size();
    }
    return {extent::whole, used};
}

/// The bytes of a whole blob at the front of `input`, which moves on; nothing for any other value.
std::string_view take_blob(std::string_view& input) {
    resp_head head;
    if (read_head(input, head) != extent::whole || !is_blob(head.type))
        return {};
    const std::string_view blob = input.substr(head.bytes, head.follow);
    input.remove_prefix(head.bytes + head.follow + crlf.size());
    return blob;
}

/// The error that a value is, or nothing.
std::string_view error_text(std::string_view value) {
    if (value.front() == '!')
        return take_blob(value);
    return first_crlf_line(value).text.substr(1);
}

/// A whole push: a kind, and for a message room and text.
message read_push(std::string_view value) {
    std::string_view rest = value.substr(first_line(value).bytes);
    if (take_blob(rest) != "message")
        return {.what = message::kind::notice};
    take_blob(rest);
    return {.what = message::kind::line, .text = take_blob(rest)};
}

message read_whole(std::string_view value) {
    if (value.front() == '>')
        return read_push(value);
    if (value.front() == '$')
        return {.what = message::kind::answer, .text = take_blob(value)};
    if (is_error(value.front())) {
        const std::string_view text = error_text(value);
        return broken(text, fmt::format("the server says: {}", quoted(text)));
    }
    return {.what = message::kind::notice};
}

/// A command of so many words, the last of `last_size` bytes: all that comes before that.
template <class... Words>
std::string command_before(std::size_t last_size, const Words&... words) {
    std::string made = fmt::format("*{}\r\n", sizeof...(words) + 1);
    ((made += fmt::format("${}\r\n{}\r\n", std::string_view{words}.size(), words)), ...);
    return made + fmt::format("${}\r\n", last_size);
}

std::string command(std::string_view word, std::string_view argument) {
    return fmt::format("{}{}\r\n", command_before(argument.size(), word), argument);
}

class redis_protocol final : public protocol {
public:
    const protocol_traits& traits() const noexcept override { return redis_traits; }
    login_step login(int& stage, const identity* who, std::string_view input) override;
    message next(const identity& who, std::string_view input) const override;

    framing say(const identity& who, std::size_t text_size) const override {
        return {command_before(text_size, "PUBLISH", who.room), std::string{crlf}};
    }
    framing delivered(const identity& who, std::size_t text_size) const override {
        return {fmt::format(">3\r\n$7\r\nmessage\r\n${}\r\n{}\r\n${}\r\n", who.room.size(),
                            who.room, text_size),
                std::string{crlf}};
    }
    std::string ask(std::string_view token) const override { return command("PING", token); }
    std::string logout() const override { return "*1\r\n$4\r\nQUIT\r\n"; }
};

/// With the older RESP2 a subscriber could not publish.  The PING is there for IRC servers, which
/// would not answer all the rest.
login_step redis_protocol::login(int& stage, const identity* who, std::string_view input) {
    enum : int { connected, to_be_answered, to_be_greeted, to_be_let_in };
    if (stage == connected) {
        stage = to_be_answered;
        return {.reply = "PING\r\n" + command("HELLO", "3")};
    }
    const resp_value value = read_value(input);
    if (value.how == extent::broken)
        return refused_by(input, "not a Redis server");
    if (value.how == extent::incomplete)
        return unfinished_login(input);
    if (is_error(input.front()))
        return refused(
            fmt::format("login refused (Redis 6 or newer without a password is needed): {}",
                        quoted(error_text(input))));
    constexpr std::string_view expected_types = " +%>";
    if (input.front() != expected_types[static_cast<std::size_t>(stage)])
        return refused_by(input, "not a Redis server");
    if (stage == to_be_let_in)
        return {.now = login_step::state::logged_in, .bytes = value.bytes};
    if (stage == to_be_answered) {
        stage = to_be_greeted;
        return {.bytes = value.bytes};
    }
    if (who == nullptr)
        return {.now = login_step::state::greeted, .bytes = value.bytes};
    stage = to_be_let_in;
    return {.bytes = value.bytes, .reply = command("SUBSCRIBE", who->room)};
}

message redis_protocol::next(const identity& /*who*/, std::string_view input) const {
    const resp_value value = read_value(input);
    if (value.how == extent::broken) {
        const std::string_view line = first_crlf_line(input).text;
        return broken(line, fmt::format("not a message of a Redis server: {}",
                                        quoted(line.empty() ? input : line)));
    }
    if (value.how == extent::incomplete)
        return unfinished(input);
    message read = read_whole(input.substr(0, value.bytes));
    if (read.bytes == 0)
        read.bytes = value.bytes;
    return read;
}

} // namespace

std::unique_ptr<protocol> make_redis() { return std::make_unique<redis_protocol>(); }

} // namespace chatload
