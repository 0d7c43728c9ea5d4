#include "chatd/config/option_table.hpp"

#include "chatd/config/nearest.hpp"
#include "chatd/config/quote.hpp"

#include <algorithm>
#include <array>

namespace chatd {

namespace {

/// The words of a flag; empty if `text` is none.
std::optional<bool> read_flag(std::string_view text) {
    constexpr std::array<std::string_view, 4> yes{"yes", "true", "on", "1"};
    constexpr std::array<std::string_view, 4> no{"no", "false", "off", "0"};
    if (std::find(yes.begin(), yes.end(), text) != yes.end())
        return true;
    if (std::find(no.begin(), no.end(), text) != no.end())
        return false;
    return std::nullopt;
}

std::string join(std::span<const std::string> words) {
    std::string joined;
    for (const std::string& word : words)
        joined += (joined.empty() ? "" : &word == &words.back() ? " or " : ", ") + word;
    return joined;
}

} // namespace

option& option_table::add(std::string_view name, std::string_view placeholder,
                          std::string_view text, option::reader read, option::writer write) {
    option& row = rows_.emplace_back();
    row.name = name;
    row.group = group_;
    row.placeholder = placeholder;
    row.text = text;
    row.read = std::move(read);
    row.write = std::move(write);
    row.preset = row.write();
    return row;
}

option& option_table::number(std::string_view name, const value_kind& kind, value_range range,
                             std::string_view text, std::function<void(std::int64_t)> set,
                             std::function<std::int64_t()> get) {
    const auto read = [&kind, range, set = std::move(set)](std::span<const std::string> values,
                                                           std::string& why) {
        const auto value = read_value(values.back(), kind, range, why);
        if (value)
            set(*value);
        return value.has_value();
    };
    const auto write = [&kind, get = std::move(get)] {
        return std::vector<std::string>{to_text(get(), kind)};
    };
    option& row = add(name, kind.placeholder, text, read, write);
    row.range = to_text(range, kind);
    return row;
}

option& option_table::size(std::string_view name, std::uint32_t& field, value_range range,
                           std::string_view text) {
    return number(
        name, size_kind(), range, text,
        [&field](std::int64_t value) { field = static_cast<std::uint32_t>(value); },
        [&field]() -> std::int64_t { return field; });
}

option& option_table::count(std::string_view name, std::uint32_t& field, value_range range,
                            std::string_view text) {
    return number(
        name, count_kind(), range, text,
        [&field](std::int64_t value) { field = static_cast<std::uint32_t>(value); },
        [&field]() -> std::int64_t { return field; });
}

option& option_table::flag(std::string_view name, bool& field, std::string_view text) {
    const auto read = [&field](std::span<const std::string> values, std::string& why) {
        const auto value = read_flag(values.back());
        if (value)
            field = *value;
        else
            why = quote(values.back()) + " is neither yes nor no";
        return value.has_value();
    };
    return add(name, "", text, read,
               [&field] { return std::vector<std::string>{field ? "yes" : "no"}; });
}

option& option_table::text(std::string_view name, std::string& field, std::string_view placeholder,
                           std::string_view text) {
    const auto read = [&field](std::span<const std::string> values, std::string& why) {
        if (values.back().empty()) {
            why = "a value is missing";
            return false;
        }
        field = values.back();
        return true;
    };
    return add(name, placeholder, text, read, [&field] {
        return field.empty() ? std::vector<std::string>{} : std::vector<std::string>{field};
    });
}

option& option_table::word(std::string_view name, std::string_view text,
                           std::vector<std::string> words, std::function<void(std::size_t)> set,
                           std::function<std::size_t()> get) {
    const auto read = [words, set = std::move(set)](std::span<const std::string> values,
                                                    std::string& why) {
        const auto found = std::find(words.begin(), words.end(), values.back());
        if (found == words.end()) {
            why = quote(values.back()) + " is none of the words for it; give " + join(words);
            return false;
        }
        set(static_cast<std::size_t>(found - words.begin()));
        return true;
    };
    option& row = add(name, "WORD", text, read, [words, get = std::move(get)] {
        return std::vector<std::string>{words[get()]};
    });
    row.range = join(words);
    return row;
}

option& option_table::command(std::string_view name, std::string_view placeholder,
                              std::string_view text) {
    option& row = add(
        name, placeholder, text, [](std::span<const std::string>, std::string&) { return true; },
        [] { return std::vector<std::string>{}; });
    row.when = option::use::command_line;
    return row;
}

const option* option_table::find(std::string_view name) const noexcept {
    const auto found = std::find_if(rows_.begin(), rows_.end(),
                                    [name](const option& row) { return row.name == name; });
    return found != rows_.end() ? &*found : nullptr;
}

std::string option_table::nearest(std::string_view name, bool command_line) const {
    std::vector<std::string_view> known;
    for (const option& row : rows_)
        if (command_line || row.when != option::use::command_line)
            known.emplace_back(row.name);
    return std::string{nearest_of(name, known)};
}

} // namespace chatd
