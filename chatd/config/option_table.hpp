#pragma once

#include "chatd/config/quote.hpp"
#include "chatd/config/value_kind.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chatd {

/// One option: what is known of it, and how it reads and writes the field that it is bound to.
struct option {
    enum class use : std::uint8_t {
        reloadable,    ///< Command line and file; a reload brings a new value into force.
        needs_restart, ///< Command line and file; a reload names it and leaves it as it is.
        command_line,  ///< Command line only: it says what to do, not how.
    };

    std::string name;                ///< As in the file; on the command line behind two dashes.
    std::string group;               ///< Heading under which it stands.
    std::string placeholder;         ///< Stands for its value; empty for a flag.
    std::string text;                ///< What it does, without a full stop.
    std::string range;               ///< What is allowed, such as `64 to 16MiB`; may be empty.
    std::vector<std::string> preset; ///< The default; empty for none.
    use when = use::reloadable;
    bool repeats = false; ///< Takes any number of values; else exactly one.

    using reader = std::function<bool(std::span<const std::string> values, std::string& why)>;
    using writer = std::function<std::vector<std::string>()>;
    /// Sets the field.  False, with the fault and the remedy in `why`, if the values are not right;
    /// the field is as it was then.
    reader read;
    /// The field's values as `read` takes them.
    writer write;

    [[nodiscard]] bool is_flag() const noexcept { return placeholder.empty(); }
    /// For a chain: a reload cannot change it.
    option& restart() noexcept {
        when = use::needs_restart;
        return *this;
    }
};

/// All options of a program in the order of the manual; each is bound to a field whose value at the
/// time is its default.  The fields must outlive the table.
///
/// A row for each option is all there is to do: command line, file, `--help`, manual, the shipped
/// file, `--show-config` and reload go by the rows.
class option_table {
public:
    /// What follows stands under this heading.
    void group(std::string name) { group_ = std::move(name); }

    /// Each adds an option and gives it, to be changed until the next is added.
    option& size(std::string_view name, std::uint32_t& field, value_range range,
                 std::string_view text);
    option& count(std::string_view name, std::uint32_t& field, value_range range,
                  std::string_view text);
    /// Range in milliseconds; parts of a unit of `Duration` are rounded up.
    template <class Duration>
    option& time(std::string_view name, Duration& field, value_range range, std::string_view text);
    /// Off unless it is given; `--name=no` and `name = no` switch it off again.
    option& flag(std::string_view name, bool& field, std::string_view text);
    /// Any text that is not empty; the field's empty text means that there is none.
    option& text(std::string_view name, std::string& field, std::string_view placeholder,
                 std::string_view text);
    /// One of a few words, each with its value.
    template <class T>
    option& choice(std::string_view name, T& field, std::vector<std::pair<std::string, T>> choices,
                   std::string_view text);
    /// Any number of values, each of a type with `static optional<T> parse(string_view, string*
    /// why)` and `to_string()`.
    /// @param forms  what would be right, after `give `.
    template <class T>
    option& values(std::string_view name, std::vector<T>& field, std::string_view placeholder,
                   std::string_view forms, std::string_view text);
    /// What can be given on the command line only; a flag if the placeholder is empty.
    option& command(std::string_view name, std::string_view placeholder, std::string_view text);

    [[nodiscard]] std::span<const option> rows() const noexcept { return rows_; }
    /// Null if there is none of that name.
    [[nodiscard]] const option* find(std::string_view name) const noexcept;
    /// The name, among those that a file can have (or the command line), that is most like `name`;
    /// empty if none is.
    [[nodiscard]] std::string nearest(std::string_view name, bool command_line) const;

private:
    option& add(std::string_view name, std::string_view placeholder, std::string_view text,
                option::reader read, option::writer write);
    option& number(std::string_view name, const value_kind& kind, value_range range,
                   std::string_view text, std::function<void(std::int64_t)> set,
                   std::function<std::int64_t()> get);
    option& word(std::string_view name, std::string_view text, std::vector<std::string> words,
                 std::function<void(std::size_t)> set, std::function<std::size_t()> get);

    std::string group_;
    std::vector<option> rows_;
};

template <class Duration>
option& option_table::time(std::string_view name, Duration& field, value_range range,
                           std::string_view text) {
    using std::chrono::milliseconds;
    return number(
        name, time_kind(), range, text,
        [&field](std::int64_t value) { field = std::chrono::ceil<Duration>(milliseconds{value}); },
        [&field]() -> std::int64_t {
            return std::chrono::duration_cast<milliseconds>(field).count();
        });
}

template <class T>
option& option_table::choice(std::string_view name, T& field,
                             std::vector<std::pair<std::string, T>> choices,
                             std::string_view text) {
    std::vector<std::string> words;
    words.reserve(choices.size());
    for (const auto& [written, value] : choices)
        words.push_back(written);
    return word(
        name, text, std::move(words),
        [&field, choices](std::size_t chosen) { field = choices[chosen].second; },
        [&field, choices] {
            std::size_t at = 0;
            while (at + 1 < choices.size() && choices[at].second != field)
                ++at;
            return at;
        });
}

template <class T>
option& option_table::values(std::string_view name, std::vector<T>& field,
                             std::string_view placeholder, std::string_view forms,
                             std::string_view text) {
    const auto read = [&field, forms = std::string{forms}](std::span<const std::string> values,
                                                           std::string& why) {
        std::vector<T> made;
        made.reserve(values.size());
        for (const std::string& value : values) {
            std::string fault;
            const auto parsed = T::parse(value, &fault);
            if (!parsed) {
                why = quote(value).append(": ").append(fault).append("; give ").append(forms);
                return false;
            }
            made.push_back(*parsed);
        }
        field = std::move(made);
        return true;
    };
    const auto write = [&field] {
        std::vector<std::string> texts;
        texts.reserve(field.size());
        for (const T& value : field)
            texts.push_back(value.to_string());
        return texts;
    };
    option& row = add(name, placeholder, text, read, write);
    row.repeats = true;
    return row;
}

} // namespace chatd
