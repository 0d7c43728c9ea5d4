#include "chatd/config/value_kind.hpp"

#include "chatd/config/quote.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace chatd {

namespace {

constexpr std::int64_t kibibyte = 1024;

} // namespace

const value_kind& size_kind() {
    static const value_kind kind{"BYTES",
                                 "a number of bytes, or of KiB, MiB or GiB with that suffix",
                                 {{"", 1},
                                  {"KiB", kibibyte},
                                  {"MiB", kibibyte * kibibyte},
                                  {"GiB", kibibyte * kibibyte * kibibyte}}};
    return kind;
}

const value_kind& time_kind() {
    static const value_kind kind{
        "TIME",
        "a number of seconds, or of ms, min or h with that suffix",
        {{"s", 1000}, {"ms", 1}, {"", 1000}, {"min", 60'000}, {"h", 3'600'000}}};
    return kind;
}

const value_kind& count_kind() {
    static const value_kind kind{"N", "a number", {{"", 1}}};
    return kind;
}

std::string to_text(std::int64_t value, const value_kind& kind) {
    const value_unit* best = nullptr;
    for (const value_unit& u : kind.units)
        if (value != 0 && value % u.factor == 0 && (best == nullptr || u.factor > best->factor))
            best = &u;
    return best == nullptr ? std::to_string(value)
                           : fmt::format("{}{}", value / best->factor, best->suffix);
}

std::string to_text(value_range range, const value_kind& kind) {
    return fmt::format("{} to {}", to_text(range.least, kind), to_text(range.greatest, kind));
}

std::optional<std::int64_t> read_value(std::string_view text, const value_kind& kind,
                                       value_range range, std::string& why) {
    std::int64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, failure] = std::from_chars(text.data(), end, number);
    const std::string_view suffix{rest, static_cast<std::size_t>(end - rest)};
    const auto found = std::find_if(kind.units.begin(), kind.units.end(),
                                    [suffix](const value_unit& u) { return u.suffix == suffix; });
    const bool too_great = failure == std::errc::result_out_of_range;
    if ((failure != std::errc{} && !too_great) || found == kind.units.end()) {
        why = fmt::format("{} is not {}", quote(text), kind.description);
        return std::nullopt;
    }
    if (too_great || number < range.least / found->factor ||
        number > range.greatest / found->factor || number * found->factor < range.least) {
        why = fmt::format("{} is out of range; give {}", text, to_text(range, kind));
        return std::nullopt;
    }
    return number * found->factor;
}

} // namespace chatd
