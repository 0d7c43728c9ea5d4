#pragma once

#include <reactor/unique_function.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace chatd {

/// One `key=value` of a log line.  A view of its argument if that is text: for use within one call.
class log_field {
public:
    log_field(std::string_view key, std::string_view text) noexcept : key_(key), text_(text) {}
    template <std::integral T>
    log_field(std::string_view key, T number) : key_(key), number_(std::to_string(number)) {}

    [[nodiscard]] std::string_view key() const noexcept { return key_; }
    [[nodiscard]] std::string_view value() const noexcept {
        return number_.empty() ? text_ : std::string_view{number_};
    }

private:
    std::string_view key_;
    std::string_view text_;
    std::string number_;
};

enum class log_level : std::uint8_t { info, warning, error };

/// Appends `value` as it stands if it is all of letters, digits and plain signs, else in double
/// quotes, with
/// `\"`, `\\`, `\n`, `\r`, `\t`, `\xHH` for other controls and for bytes that are not UTF-8, and
/// `\u{HEX}` for what `is_removed` calls removed: whatever a peer calls itself, the line stays one
/// line and reads as it is.
void append_log_value(std::string& out, std::string_view value);

/// Keeps what happens again and again from filling the log: one line a minute.
class log_episode {
public:
    /// Something happened at `now`.  True at most once a minute.
    [[nodiscard]] bool begins(std::chrono::nanoseconds now) noexcept {
        if (last_ && now - *last_ < std::chrono::minutes{1}) {
            ++unsaid_;
            return false;
        }
        last_ = now;
        return true;
    }
    /// How often it happened without a line since the last one.
    [[nodiscard]] std::uint64_t take_unsaid() noexcept { return std::exchange(unsaid_, 0); }

private:
    std::optional<std::chrono::nanoseconds> last_; // of the last line
    std::uint64_t unsaid_ = 0;
};

/// Writes the daemon's log: one event a line, `level event key=value ...`.
///
/// There is no time in it: the journal has its own.  Bodies of messages do not belong in it. Loop's
/// thread.
class logger {
public:
    using sink = reactor::unique_function<void(std::string_view line)>;

    /// Logs to standard error, one write a line; what cannot be written is lost.
    logger();
    /// Logs to `to`, which gets each line with its newline; the view dies with the call.
    explicit logger(sink to) : sink_(std::move(to)) {}

    /// @param event  one word, or a sentence for a human to read: written as it stands.
    void write(log_level level, std::string_view event,
               std::initializer_list<log_field> fields = {});
    void info(std::string_view event, std::initializer_list<log_field> fields = {}) {
        write(log_level::info, event, fields);
    }
    void warning(std::string_view event, std::initializer_list<log_field> fields = {}) {
        write(log_level::warning, event, fields);
    }
    void error(std::string_view event, std::initializer_list<log_field> fields = {}) {
        write(log_level::error, event, fields);
    }

private:
    sink sink_;
    std::string line_;
};

} // namespace chatd
