#include "chatd/config/nearest.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace chatd {

namespace {

constexpr std::size_t longest = 64; // no word that is longer is near to any

/// Insertions, deletions and replacements that make `b` of `a`.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

} // namespace

std::string_view nearest_of(std::string_view word, std::span<const std::string_view> known) {
    std::string_view nearest;
    if (word.size() > longest)
        return nearest;
    std::size_t least = std::min<std::size_t>(3, word.size() / 3 + 1) + 1;
    for (const std::string_view candidate : known) {
        const std::size_t far = distance(word, candidate);
        const bool abbreviated = word.size() > 1 && candidate.starts_with(word);
        if (far < least || (abbreviated && nearest.empty())) {
            nearest = candidate;
            least = std::min(far, least);
        }
    }
    return nearest;
}

} // namespace chatd
