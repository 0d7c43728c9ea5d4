// CLI11 reads the statements, one at a time, so that each is known by its line.
#include "chatd/config/config_file.hpp"
#include "chatd/config/quote.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstddef>
#include <sstream>
#include <utility>

namespace chatd {

namespace {

constexpr char comment = '#';
constexpr std::string_view blanks = " \t\r\v\f";

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string_view without_comment(std::string_view line) {
    return trimmed(line.substr(0, line.find(comment)));
}

/// Takes the lines of a text, each with its number.
class line_reader {
public:
    explicit line_reader(std::string_view text) : left_(text) {}

    bool next(std::string_view& line) {
        if (left_.empty())
            return false;
        const auto end = left_.find('\n');
        line = left_.substr(0, end);
        left_.remove_prefix(end == std::string_view::npos ? left_.size() : end + 1);
        ++number_;
        return true;
    }
    [[nodiscard]] std::size_t number() const noexcept { return number_; }

private:
    std::string_view left_;
    std::size_t number_ = 0;
};

/// Whether the brackets of a value are those of an address that stands without quotes, and not of a
/// list: one closes before the end.
bool brackets_an_address(std::string_view value) {
    char quoted_by = 0;
    for (std::size_t i = 1; i + 1 < value.size(); ++i) {
        if (quoted_by != 0)
            quoted_by = value[i] == quoted_by ? '\0' : quoted_by;
        else if (value[i] == '"' || value[i] == '\'')
            quoted_by = value[i];
        else if (value[i] == ']')
            return true;
    }
    return false;
}

/// Whether a quote stays open in `value`.
bool open_quote(std::string_view value) {
    char quoted_by = 0;
    bool begins_word = true;
    for (const char c : value) {
        if (quoted_by != 0)
            quoted_by = c == quoted_by ? '\0' : quoted_by;
        else if (begins_word && (c == '"' || c == '\''))
            quoted_by = c;
        begins_word = c == ' ' || c == ',' || c == '[';
    }
    return quoted_by != 0;
}

class text_reader {
public:
    text_reader(std::string_view text, const std::string& file, std::vector<statement>& into)
        : lines_(text), file_(file), into_(into) {}

    void read() {
        std::string_view line;
        while (lines_.next(line))
            read_line(line);
    }

private:
    void read_line(std::string_view line) {
        place_ = {file_, lines_.number(), true};
        const auto text = trimmed(line);
        if (text.empty() || text.front() == comment || text.front() == ';')
            return;
        if (line.find('\0') != std::string_view::npos)
            return complain("a NUL byte, which is no text; is this the right file?");
        if (text.front() == '[' && without_comment(text).ends_with(']'))
            return complain(quote(text) + " begins a section; chatd has none, write only keys");
        const auto equals = text.find('=');
        if (equals == std::string_view::npos)
            return read_flag(without_comment(text));
        const std::string key{trimmed(text.substr(0, equals))};
        if (key.empty())
            return complain("a key is missing before '='; write 'key = value'");
        std::string value{without_comment(text.substr(equals + 1))};
        if (value.empty())
            return complain(key + ": a value is missing; write '" + key + " = value'");
        if (value.front() == '[' && !complete_list(key, value))
            return;
        if (open_quote(value))
            return complain(key + ": a quote is not closed in " + quote(value) +
                            " (# begins a comment, in quotes as well)");
        hand_over(key + " = " + value, true);
    }

    void read_flag(std::string_view key) {
        constexpr std::size_t least_for_cli11 = 3; // it skips shorter lines
        if (key.size() < least_for_cli11 || key.find_first_of(blanks) != std::string_view::npos)
            return complain(quote(key) + " is not a setting; write 'key = value'");
        hand_over(std::string{key}, false);
    }

    /// Takes the lines up to the one that ends with the closing bracket.
    bool complete_list(const std::string& key, std::string& value) {
        std::string_view line;
        while (!value.ends_with(']') && !brackets_an_address(value)) {
            if (!lines_.next(line)) {
                complain(key + ": '[' begins a list that no ']' ends");
                return false;
            }
            value += without_comment(line);
        }
        if (!brackets_an_address(value))
            return true;
        complain(key + ": " + quote(value) +
                 " is no list; an address in brackets goes in quotes: \"[::1]:6666\"");
        return false;
    }

    void hand_over(const std::string& text, bool assigned) {
        std::istringstream input{text + "\n"};
        try {
            for (CLI::ConfigItem& item : CLI::ConfigTOML{}.from_config(input)) {
                std::erase(item.inputs, ""); // it makes one of a blank between a quote and a comma
                if (item.name.empty())
                    complain(quote(text) + " has no key; write 'key = value'");
                else if (item.inputs.empty())
                    complain(item.fullname() + ": a value is missing");
                else
                    into_.push_back(
                        {place_, item.fullname(), std::move(item.inputs), assigned, {}});
            }
        } catch (const CLI::Error& error) {
            complain(error.what());
        }
    }

    void complain(std::string text) { into_.push_back({place_, {}, {}, true, std::move(text)}); }

    line_reader lines_;
    const std::string& file_;
    std::vector<statement>& into_;
    source place_;
};

} // namespace

void read_config_text(std::string_view text, const std::string& file,
                      std::vector<statement>& into) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark))
        text.remove_prefix(byte_order_mark.size());
    text_reader{text, file, into}.read();
}

} // namespace chatd
