#pragma once

#include <reactor/unique_function.hpp>

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace chatd::control {

/// A text or a whole number in a table.  A view of its argument if that is text: for use within one
/// call.
class cell {
public:
    cell(std::string_view text) noexcept : text_(text) {}
    cell(const std::string& text) noexcept : text_(text) {}
    cell(const char* text) noexcept : text_(text) {}
    template <std::integral T>
    cell(T number) : number_(std::to_string(number)) {}

    [[nodiscard]] std::string_view text() const noexcept {
        return number_.empty() ? text_ : std::string_view{number_};
    }

private:
    std::string_view text_;
    std::string number_;
};

class answer;

/// Makes the rows of a long answer a few at a time, each in another iteration of the loop.
class row_source {
public:
    virtual ~row_source() = default;
    /// Adds at most a hundred rows or so.  False when there are no more.  Must not refuse.
    virtual bool more(answer& to) = 0;
};

/// The answer to one request, in the form of words.hpp.  A command uses one of `text`, `field` and
/// `columns` with `row`, or none.
class answer {
public:
    /// A line, or several, to be read as they stand.
    void text(std::string_view lines);
    /// A key and its value.
    void field(std::string_view key, std::string_view value);
    template <std::integral T>
    void field(std::string_view key, T value) {
        number_field(key, std::to_string(value));
    }
    /// Begins a table; names of columns with numbers end in `#`.
    void columns(std::initializer_list<std::string_view> names);
    /// One cell for each column.
    void row(std::initializer_list<cell> cells);
    /// The rows that follow are made later.
    void rows(std::unique_ptr<row_source> source) { source_ = std::move(source); }

    using giver = reactor::unique_function<void(answer&& given)>;
    /// Another answer will be given instead, when something has ended: `start` is called when the
    /// next requests wait, and is to see to it that its argument is called once.
    void later(reactor::unique_function<void(giver)> start) { start_ = std::move(start); }

    /// The command was not carried out, and why: one line.
    void refuse(std::string_view why);
    /// To be called when the answer has been queued.
    void afterwards(reactor::unique_function<void()> action) { action_ = std::move(action); }

    // --- for whoever sends it ---
    [[nodiscard]] bool refused() const noexcept { return !error_.empty(); }
    /// What there is so far.
    [[nodiscard]] std::string take_part();
    /// The same with the status behind it.
    [[nodiscard]] std::string take();
    [[nodiscard]] std::unique_ptr<row_source> take_rows() { return std::move(source_); }
    [[nodiscard]] reactor::unique_function<void(giver)> take_start() { return std::move(start_); }
    [[nodiscard]] reactor::unique_function<void()> take_action() { return std::move(action_); }

private:
    enum class form : std::uint8_t { none, text, fields, table };

    void begin(form which);
    void line(std::string_view text);
    void number_field(std::string_view key, std::string_view number);

    std::string out_;
    std::string error_;
    std::unique_ptr<row_source> source_;
    reactor::unique_function<void()> action_;
    reactor::unique_function<void(giver)> start_;
    form form_ = form::none;
};

} // namespace chatd::control
