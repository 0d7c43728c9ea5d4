#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace chatd {

/// From the least to the most important.
enum class log_level : std::uint8_t { debug, info, warning, error };

/// The level as it stands in the log and is chosen by: `debug` and so on.
[[nodiscard]] std::string_view name_of(log_level level) noexcept;

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

/// Appends `value` as it stands if it is all of letters, digits and plain signs, else in double
/// quotes, with
/// `\"`, `\\`, `\n`, `\r`, `\t`, `\xHH` for other controls and for bytes that are not UTF-8, and
/// `\u{HEX}` for what `is_removed` calls removed: whatever a peer calls itself, the line stays one
/// line and reads as it is.
void append_log_value(std::string& out, std::string_view value);

} // namespace chatd
