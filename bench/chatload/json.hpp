#pragma once

#include <fmt/format.h>

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace chatload {

/// `text` as a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string json_string(std::string_view text);

/// Writes one JSON object, member by member.
class json_object {
public:
    json_object& text(std::string_view name, std::string_view value) {
        return raw(name, json_string(value));
    }
    template <std::integral T>
    json_object& number(std::string_view name, T value) {
        return raw(name, fmt::format("{}", value));
    }
    /// JSON has no infinity and no NaN: those become null.
    json_object& number(std::string_view name, double value);
    json_object& boolean(std::string_view name, bool value) {
        return raw(name, value ? "true" : "false");
    }
    /// `value` is JSON already.
    json_object& raw(std::string_view name, std::string_view value);
    [[nodiscard]] std::string str() const { return "{" + members_ + "}"; }

private:
    std::string members_;
};

} // namespace chatload
