#include "bench/chatload/protocols/protocol.hpp"
#include "bench/chatload/protocols/wire_text.hpp"

#include <fmt/format.h>

namespace chatload {

namespace {

// The server's words; the answers to connecting and logging in have no end.
constexpr std::string_view greeting = "Connect Success";
constexpr std::string_view login_success = "Login Success";
constexpr std::string_view name_exists = "UserName Exist";
constexpr std::string_view name_empty = "UserName Empty";
constexpr std::string_view entered = " has entered the room.";
constexpr std::string_view left = " has left the room.";
constexpr std::string_view line_too_long = "Line too long";
constexpr std::string_view unknown_command = "Unknown command ";

constexpr std::string_view say_command = "say ";
/// Starts every question, so that no token is a command of the server's.
constexpr char question_mark = '?';

constexpr protocol_traits chatd_traits{
    .name = "chatd", .one_room = true, .adds_name = true, .tells_joins = true};

/// `Unknown command WORD ` without its LF: the answer to a question, or a complaint.
message read_unknown_command(std::string_view line) {
    std::string_view word = line.substr(unknown_command.size());
    if (!word.starts_with(question_mark) || !word.ends_with(' '))
        return broken(line, fmt::format("the server does not understand: {}", quoted(line)));
    word.remove_prefix(1);
    word.remove_suffix(1);
    return {.what = message::kind::answer, .text = word};
}

/// A line without its LF.  What is none of the server's own words counts as said in the room, so
/// that a torn line is seen as one.
message read_line(std::string_view line) {
    if (line.starts_with(unknown_command))
        return read_unknown_command(line);
    if (line == line_too_long)
        return broken(line, "the server says that the line is too long");
    if (line.find(": ") == std::string_view::npos) {
        if (line.ends_with(entered))
            return {.what = message::kind::join,
                    .text = line.substr(0, line.size() - entered.size())};
        if (line.ends_with(left))
            return {.what = message::kind::notice, .text = line};
    }
    return {.what = message::kind::line, .text = line};
}

/// What comes of `login NAME`.
login_step read_answer(std::string_view input) {
    if (input.starts_with(login_success))
        return {.now = login_step::state::logged_in, .bytes = login_success.size()};
    for (const std::string_view word : {name_exists, name_empty}) {
        if (input.starts_with(word))
            return refused(fmt::format("login refused: {}", quoted(word)));
    }
    return refused_by(input, "login refused");
}

class chatd_protocol final : public protocol {
public:
    const protocol_traits& traits() const noexcept override { return chatd_traits; }

    login_step login(int& stage, const identity* who, std::string_view input) override {
        constexpr int to_be_let_in = 1;
        if (stage == to_be_let_in)
            return read_answer(input);
        if (!input.starts_with(greeting))
            return refused_by(input, "refused");
        if (who == nullptr)
            return {.now = login_step::state::greeted, .bytes = greeting.size()};
        stage = to_be_let_in;
        return {.bytes = greeting.size(), .reply = fmt::format("login {}\n", who->name)};
    }

    message next(const identity& /*who*/, std::string_view input) const override {
        const wire_line line = first_line(input);
        if (line.bytes == 0)
            return unfinished(input);
        message read = read_line(line.text);
        read.bytes = line.bytes;
        return read;
    }

    framing say(const identity& /*who*/, std::size_t /*text_size*/) const override {
        return {std::string{say_command}, "\n"};
    }
    framing delivered(const identity& /*who*/, std::size_t /*text_size*/) const override {
        return {"", "\n"};
    }
    std::string ask(std::string_view token) const override {
        return fmt::format("{}{}\n", question_mark, token);
    }
    std::string logout() const override { return "logout\n"; }
};

} // namespace

std::unique_ptr<protocol> make_chatd() { return std::make_unique<chatd_protocol>(); }

} // namespace chatload
