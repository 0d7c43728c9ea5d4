#include "chatd/control/words.hpp"

#include <algorithm>
#include <cstddef>

namespace chatd::control {

namespace {

constexpr std::string_view blanks = " \t";

/// Takes a quotation, which `rest` begins with, out of it; false when it has no end.
bool take_quotation(std::string_view& rest, std::string& word) {
    for (std::size_t i = 1; i < rest.size(); ++i) {
        if (rest[i] == '"') {
            rest.remove_prefix(i + 1);
            return true;
        }
        if (rest[i] == '\\' && i + 1 < rest.size())
            ++i;
        word.push_back(rest[i]);
    }
    return false;
}

bool needs_quotes(std::string_view word) noexcept {
    return word.empty() || word.find_first_of(" \t\"\\") != std::string_view::npos;
}

} // namespace

std::optional<std::vector<std::string>> split_words(std::string_view line, std::string& why) {
    std::vector<std::string> words;
    for (;;) {
        line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
        if (line.empty())
            return words;
        std::string& word = words.emplace_back();
        if (line.front() != '"') {
            word = line.substr(0, line.find_first_of(blanks));
            line.remove_prefix(word.size());
            continue;
        }
        if (!take_quotation(line, word)) {
            why = "a quotation has no end: a \" is missing";
            return std::nullopt;
        }
        if (!line.empty() && blanks.find(line.front()) == std::string_view::npos) {
            why = "a blank is missing behind a quotation";
            return std::nullopt;
        }
    }
}

std::string join_words(std::span<const std::string> words) {
    std::string line;
    for (const std::string& word : words) {
        if (!line.empty())
            line.push_back(' ');
        if (!needs_quotes(word)) {
            line += word;
            continue;
        }
        line.push_back('"');
        for (const char c : word) {
            if (c == '"' || c == '\\')
                line.push_back('\\');
            line.push_back(c);
        }
        line.push_back('"');
    }
    return line;
}

std::string escape_cell(std::string_view text) {
    std::string sent;
    sent.reserve(text.size());
    for (const char c : text) {
        if (c == '\t')
            sent += "\\t";
        else if (c == '\n')
            sent += "\\n";
        else if (c == '\\')
            sent += "\\\\";
        else
            sent.push_back(c);
    }
    return sent;
}

std::string unescape_cell(std::string_view sent) {
    std::string text;
    text.reserve(sent.size());
    for (std::size_t i = 0; i < sent.size(); ++i) {
        if (sent[i] != '\\' || i + 1 == sent.size()) {
            text.push_back(sent[i]);
            continue;
        }
        const char what = sent[++i];
        text.push_back(what == 't' ? '\t' : what == 'n' ? '\n' : what);
    }
    return text;
}

} // namespace chatd::control
