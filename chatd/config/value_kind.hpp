#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chatd {

struct value_unit {
    std::string_view suffix;
    std::int64_t factor;
};

/// How numbers of one kind are written; the unit with the empty suffix is that of plain numbers.
struct value_kind {
    std::string_view placeholder; ///< Stands for the value in `--help` and the manual.
    std::string_view description; ///< What such a value is, as in `'x' is not ...`.
    std::vector<value_unit> units;
};

[[nodiscard]] const value_kind& size_kind();  ///< In bytes.
[[nodiscard]] const value_kind& time_kind();  ///< In milliseconds; plain numbers are seconds.
[[nodiscard]] const value_kind& count_kind(); ///< Plain numbers.

/// What is allowed, both ends included, in the kind's smallest unit.
struct value_range {
    std::int64_t least;
    std::int64_t greatest;
};

/// `value` as the user would write it, in the greatest unit that divides it.
[[nodiscard]] std::string to_text(std::int64_t value, const value_kind& kind);
/// `64 to 16MiB`.
[[nodiscard]] std::string to_text(value_range range, const value_kind& kind);

/// The number that `text` says, in the kind's smallest unit.
/// @param why  gets, when there is none or it is out of range, what was given and what would be
///             right.
[[nodiscard]] std::optional<std::int64_t> read_value(std::string_view text, const value_kind& kind,
                                                     value_range range, std::string& why);

} // namespace chatd
