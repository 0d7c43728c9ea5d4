#include "bench/measure/nearest.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace bench {

namespace {

/// The slips that lead from one to the other.
std::size_t slips(std::string_view meant, std::string_view typed) {
    const std::size_t width = typed.size() + 1;
    // at(i, j): for the first i letters of the one and the first j of the other.
    std::vector<std::size_t> table((meant.size() + 1) * width);
    const auto at = [&](std::size_t i, std::size_t j) -> std::size_t& {
        return table[i * width + j];
    };
    for (std::size_t i = 0; i <= meant.size(); ++i) {
        for (std::size_t j = 0; j <= typed.size(); ++j) {
            if (i == 0 || j == 0) {
                at(i, j) = i + j;
                continue;
            }
            const bool same = meant[i - 1] == typed[j - 1];
            std::size_t& least = at(i, j);
            least = at(i - 1, j - 1) + (same ? 0 : 1);
            least = std::min({least, at(i - 1, j) + 1, at(i, j - 1) + 1});
            if (i > 1 && j > 1 && meant[i - 1] == typed[j - 2] && meant[i - 2] == typed[j - 1])
                least = std::min(least, at(i - 2, j - 2) + 1);
        }
    }
    return table.back();
}

} // namespace

std::string nearest_word(std::string_view word, std::span<const std::string> known) {
    std::string nearest;
    std::size_t fewest = word.size() / 3 + 1; // more slips than that make another word
    for (const auto& each : known) {
        const bool begun = word.size() > 1 && each.starts_with(word);
        const std::size_t count = begun ? 0 : slips(each, word);
        if (count <= fewest && (nearest.empty() || count < fewest)) {
            nearest = each;
            fewest = count;
        }
    }
    return nearest;
}

} // namespace bench
