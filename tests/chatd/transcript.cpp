#include "chatd/transcript.hpp"

#include <algorithm>
#include <sstream>
#include <string_view>
#include <utility>

namespace transcript {
namespace {

constexpr int most_lines = 60;

struct mark {
    std::string_view text;
    action what;
};

constexpr mark marks[] = {
    {"++", action::connect},    {">>", action::send},       {"<<", action::expect},
    {"==", action::fence},      {"--", action::half_close}, {"!!", action::reset},
    {"$$", action::expect_end},
};

bool takes_text(action what) { return what == action::send || what == action::expect; }

int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    throw syntax_error("\\x needs two hexadecimal digits");
}

/// Resolves the escape that begins after text[at], which is a backslash; `at` ends on its last
/// character.
char resolve_escape(std::string_view text, std::size_t& at) {
    if (++at == text.size())
        throw syntax_error("a single backslash at the end");
    switch (text[at]) {
    case 'r':
        return '\r';
    case 'n':
        return '\n';
    case 't':
        return '\t';
    case 's':
        return ' ';
    case '\\':
        return '\\';
    case 'x':
        if (text.size() - at < 3)
            throw syntax_error("\\x needs two hexadecimal digits");
        at += 2;
        return static_cast<char>(hex_digit(text[at - 1]) * 16 + hex_digit(text[at]));
    default:
        throw syntax_error(std::string("unknown escape \\") + text[at]);
    }
}

std::string resolve(std::string_view text) {
    if (text.ends_with(' '))
        throw syntax_error("write a blank at the end as \\s");
    std::string bytes;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text.substr(at) == "\\c")
            return bytes;
        bytes += text[at] == '\\' ? resolve_escape(text, at) : text[at];
    }
    return bytes + '\n';
}

std::vector<std::string> split_names(std::string_view text) {
    std::vector<std::string> names;
    while (!text.empty()) {
        const auto end = std::min(text.find(','), text.size());
        names.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return names;
}

step parse_line(std::string_view text) {
    const auto blank = text.find(' ');
    if (blank == 0 || blank == std::string_view::npos)
        throw syntax_error("neither a comment nor a client and a mark");
    step result;
    result.source = text;
    result.clients = split_names(text.substr(0, blank));
    const std::string_view rest = text.substr(blank + 1);
    const auto* found = std::find_if(std::begin(marks), std::end(marks), [rest](const mark& known) {
        return rest.substr(0, 2) == known.text;
    });
    if (found == std::end(marks))
        throw syntax_error("unknown mark");
    result.what = found->what;
    const std::string_view text_of_it = rest.substr(std::min<std::size_t>(3, rest.size()));
    if (rest.size() > 2 && (rest[2] != ' ' || !takes_text(result.what)))
        throw syntax_error("text after a mark that takes none, or no blank between them");
    if (takes_text(result.what))
        result.bytes = resolve(text_of_it);
    return result;
}

} // namespace

std::vector<step> parse(const std::string& name, const std::string& text) {
    std::vector<step> steps;
    std::istringstream lines(text);
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
        try {
            if (number > most_lines)
                throw syntax_error("a scenario has at most " + std::to_string(most_lines) +
                                   " lines");
            if (line.empty() || line.front() == '#')
                continue;
            steps.push_back(parse_line(line));
            steps.back().line = number;
        } catch (const syntax_error& error) {
            std::string where = name + ":" + std::to_string(number) + ": ";
            throw syntax_error(where.append(error.what()).append(": ").append(line));
        }
    }
    if (steps.empty())
        throw syntax_error(name + ": nothing happens in it");
    return steps;
}

std::vector<step> joined(const std::vector<step>& steps) {
    std::vector<step> result;
    for (const step& next : steps) {
        const bool joins = !result.empty() && next.what == action::send &&
                           result.back().what == action::send &&
                           result.back().clients == next.clients && next.clients.size() == 1;
        if (joins)
            result.back().bytes += next.bytes;
        else
            result.push_back(next);
    }
    return result;
}

} // namespace transcript
