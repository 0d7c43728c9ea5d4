#include "bench/chatload/protocols/protocol.hpp"
#include "bench/chatload/protocols/wire_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>

namespace chatload {

namespace {

/// 512 bytes are all that a message may have with its line end; what comes before the text is
/// ` PRIVMSG #ROOM :` after `:NAME!USER@HOST`, and a host is as long as an IPv6 address.
constexpr std::size_t longest_text = 400;

constexpr protocol_traits irc_traits{
    .name = "irc", .echoes = false, .tells_joins = true, .longest_line = longest_text};

/// One message: `[:SOURCE] COMMAND [PARAMETER...] [:LAST PARAMETER]`.
struct irc_line {
    std::string_view source; ///< `NAME!USER@HOST`, or a server's name.
    std::string_view command;
    std::string_view first; ///< First parameter.
    std::string_view last;  ///< Last parameter.

    /// Of whom it comes, where that is no server.
    [[nodiscard]] std::string_view name() const { return source.substr(0, source.find('!')); }
    /// The digits of an answer, 0 for other commands.
    [[nodiscard]] int number() const;
    [[nodiscard]] bool refuses() const;
};

std::string_view take_word(std::string_view& rest) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(std::min(rest.find_first_not_of(' ', end), rest.size()));
    return word;
}

constexpr auto is_digit = [](char c) { return c >= '0' && c <= '9'; };

int irc_line::number() const {
    if (command.size() != 3 || !std::all_of(command.begin(), command.end(), is_digit))
        return 0;
    return (command[0] - '0') * 100 + (command[1] - '0') * 10 + (command[2] - '0');
}

/// All from 400 on are complaints, but for that about a missing message of the day.
bool irc_line::refuses() const {
    constexpr int no_message_of_the_day = 422;
    return number() >= 400 && number() < 600 && number() != no_message_of_the_day;
}

/// Every word that a server may start with; what starts otherwise is none.
bool is_command(const irc_line& line) {
    static constexpr std::array<std::string_view, 16> words{
        "PRIVMSG", "NOTICE", "JOIN", "PART", "QUIT",  "PING",   "PONG",    "MODE",
        "ERROR",   "KICK",   "KILL", "NICK", "TOPIC", "INVITE", "WALLOPS", "CAP"};
    return line.number() != 0 || std::find(words.begin(), words.end(), line.command) != words.end();
}

std::optional<irc_line> parse(std::string_view text) {
    irc_line line;
    if (text.starts_with(':')) {
        text.remove_prefix(1);
        line.source = take_word(text);
    }
    line.command = take_word(text);
    for (bool first = true; !text.empty(); first = false) {
        line.last = text.starts_with(':') ? text.substr(1) : text;
        if (text.starts_with(':'))
            text = {};
        else
            line.last = take_word(text);
        if (first)
            line.first = line.last;
    }
    if (!is_command(line))
        return std::nullopt;
    return line;
}

message not_irc(std::string_view text) {
    return broken(text, fmt::format("not a message of an IRC server: {}", quoted(text)));
}

std::string pong(const irc_line& ping) { return fmt::format("PONG :{}\r\n", ping.last); }

class irc_protocol final : public protocol {
public:
    const protocol_traits& traits() const noexcept override { return irc_traits; }
    login_step login(int& stage, const identity* who, std::string_view input) override;
    message next(const identity& who, std::string_view input) const override;

    framing say(const identity& who, std::size_t /*text_size*/) const override {
        return {fmt::format("PRIVMSG #{} :", who.room), "\r\n"};
    }
    framing delivered(const identity& who, std::size_t /*text_size*/) const override {
        const auto known = places_.find(who.name);
        return {fmt::format(":{}{} PRIVMSG #{} :", who.name,
                            known == places_.end() ? usual_place_ : known->second, who.room),
                "\r\n"};
    }
    std::string ask(std::string_view token) const override {
        return fmt::format("PING :{}\r\n", token);
    }
    std::string logout() const override { return "QUIT :bye\r\n"; }

private:
    enum : int { connected, to_be_greeted, to_be_welcomed, to_be_named, to_be_let_in };

    login_step first_words(int& stage, const identity* who) const;
    login_step take(const irc_line& line, int& stage, const identity& who);
    void learn(const identity& who, std::string_view place);

    /// `!USER@HOST` as others see it.  Those of clients of other threads are not known: these are
    /// taken to be as the first one.
    std::string usual_place_;
    std::unordered_map<std::string, std::string> places_; ///< Those that are not as usual.
};

/// One that is not logged in is answered only that it is not.
login_step irc_protocol::first_words(int& stage, const identity* who) const {
    stage = who == nullptr ? to_be_greeted : to_be_welcomed;
    if (who == nullptr)
        return {.reply = ask("greet")};
    return {.reply = fmt::format("NICK {}\r\nUSER load 0 * :load\r\n", who->name)};
}

login_step irc_protocol::login(int& stage, const identity* who, std::string_view input) {
    if (stage == connected)
        return first_words(stage, who);
    const wire_line came = first_crlf_line(input);
    if (came.bytes == 0)
        return unfinished_login(input);
    const auto line = parse(came.text);
    if (!line)
        return refused_by(input, "not an IRC server");
    login_step step;
    if (line->command == "ERROR")
        return refused(fmt::format("refused: {}", quoted(line->last)));
    if (line->command == "PING")
        step.reply = pong(*line);
    else if (who == nullptr && line->command != "NOTICE")
        step.now = login_step::state::greeted;
    else if (who != nullptr)
        step = take(*line, stage, *who);
    step.bytes = came.bytes;
    return step;
}

/// The welcome, one's own entering, and the end of the list of names follow each other.
login_step irc_protocol::take(const irc_line& line, int& stage, const identity& who) {
    constexpr int welcome = 1;
    constexpr int end_of_names = 366;
    if (line.refuses())
        return refused(fmt::format("login refused: {}", quoted(line.last)));
    if (stage == to_be_welcomed && line.number() == welcome) {
        if (line.first != who.name)
            return refused(
                fmt::format("login refused: the server cuts the name to {}", quoted(line.first)));
        stage = to_be_named;
        return {.reply = fmt::format("JOIN #{}\r\n", who.room)};
    }
    if (stage == to_be_named && line.command == "JOIN" && line.name() == who.name) {
        learn(who, line.source.substr(who.name.size()));
        stage = to_be_let_in;
    } else if (stage == to_be_let_in && line.number() == end_of_names) {
        return {.now = login_step::state::logged_in};
    }
    return {};
}

void irc_protocol::learn(const identity& who, std::string_view place) {
    if (usual_place_.empty())
        usual_place_ = place;
    if (place != usual_place_)
        places_.insert_or_assign(who.name, place);
    else
        places_.erase(who.name);
}

message irc_protocol::next(const identity& who, std::string_view input) const {
    const wire_line came = first_crlf_line(input);
    if (came.bytes == 0)
        return unfinished(input);
    const auto line = parse(came.text);
    if (!line)
        return not_irc(came.text);
    message read{.what = message::kind::notice, .bytes = came.bytes, .text = line->last};
    if (line->command == "PRIVMSG") {
        read.what = message::kind::line;
    } else if (line->command == "PONG") {
        read.what = message::kind::answer;
    } else if (line->command == "PING") {
        read.what = message::kind::request;
        read.reply = pong(*line);
    } else if (line->command == "JOIN" && line->name() != who.name) {
        read.what = message::kind::join;
        read.text = line->name();
    } else if (line->command == "ERROR" || line->refuses()) {
        return broken(line->last, fmt::format("the server says: {}", quoted(line->last)));
    }
    return read;
}

} // namespace

std::unique_ptr<protocol> make_irc() { return std::make_unique<irc_protocol>(); }

} // namespace chatload
