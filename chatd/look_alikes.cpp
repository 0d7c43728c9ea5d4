#include "chatd/look_alikes.hpp"

#include "chatd/text.hpp"

#include <algorithm>
#include <array>
#include <new>

namespace chatd {

namespace {

/// Characters from `first` to `last` whose lower case is `distance` further on.
struct case_range {
    char32_t first;
    char32_t last;
    char32_t distance;
};

constexpr std::array case_ranges{
    case_range{U'A', U'Z', 0x20},   case_range{0xC0, 0xD6, 0x20},   case_range{0xD8, 0xDE, 0x20},
    case_range{0x391, 0x3A1, 0x20}, case_range{0x3A3, 0x3A9, 0x20}, case_range{0x400, 0x40F, 0x50},
    case_range{0x410, 0x42F, 0x20},
};

/// A character, in lower case, and the one that it stands for.
struct twin {
    char32_t value;
    char32_t like;
};

// By their values.  A letter whose capital looks like a Latin one is its twin, too.
constexpr std::array twins{
    twin{U'0', U'o'},   twin{U'1', U'l'},  twin{U'i', U'l'},  twin{U'|', U'l'},  twin{0x3B1, U'a'},
    twin{0x3B2, U'b'},  twin{0x3B5, U'e'}, twin{0x3B6, U'z'}, twin{0x3B7, U'h'}, twin{0x3B9, U'l'},
    twin{0x3BA, U'k'},  twin{0x3BC, U'm'}, twin{0x3BD, U'n'}, twin{0x3BF, U'o'}, twin{0x3C1, U'p'},
    twin{0x3C2, 0x3C3}, twin{0x3C4, U't'}, twin{0x3C5, U'y'}, twin{0x3C7, U'x'}, twin{0x430, U'a'},
    twin{0x432, U'b'},  twin{0x435, U'e'}, twin{0x43A, U'k'}, twin{0x43C, U'm'}, twin{0x43D, U'h'},
    twin{0x43E, U'o'},  twin{0x440, U'p'}, twin{0x441, U'c'}, twin{0x442, U't'}, twin{0x443, U'y'},
    twin{0x445, U'x'},  twin{0x455, U's'}, twin{0x456, U'l'}, twin{0x458, U'j'},
};

constexpr bool in_order() noexcept {
    for (std::size_t i = 1; i < twins.size(); ++i)
        if (twins[i - 1].value >= twins[i].value)
            return false;
    return true;
}

// '|' is above the letters of ASCII and below all others.
static_assert(in_order());

char32_t lower(char32_t value) noexcept {
    for (const case_range& range : case_ranges)
        if (value >= range.first && value <= range.last)
            return value + range.distance;
    if (value >= 0x100 && value <= 0x137) // pairs, the capital first
        return value | 1U;
    return value;
}

char32_t folded(char32_t value) noexcept {
    const char32_t small = lower(value);
    const auto* const found =
        std::lower_bound(twins.begin(), twins.end(), small,
                         [](const twin& each, char32_t wanted) { return each.value < wanted; });
    return found != twins.end() && found->value == small ? found->like : small;
}

} // namespace

std::string skeleton_of(std::string_view name) {
    std::string skeleton;
    skeleton.reserve(name.size());
    while (!name.empty()) {
        const decoded_char next = decode_utf8(name);
        name.remove_prefix(next.size);
        append_utf8(skeleton, folded(next.value));
    }
    return skeleton;
}

std::uint64_t look_alikes::look_of(std::string_view name) const {
    return keyed_hash(key_, skeleton_of(name));
}

void look_alikes::add(std::string_view name) { ++counts_[look_of(name)]; }

void look_alikes::remove(std::string_view name) noexcept try {
    const auto found = counts_.empty() ? counts_.end() : counts_.find(look_of(name));
    if (found != counts_.end() && --found->second == 0)
        counts_.erase(found);
} catch (const std::bad_alloc&) {
    return; // a look that stays in use is the lesser evil
}

bool look_alikes::has(std::string_view name) const { return counts_.contains(look_of(name)); }

} // namespace chatd
