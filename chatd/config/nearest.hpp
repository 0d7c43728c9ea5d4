#pragma once

#include <span>
#include <string_view>

namespace chatd {

/// That of the known words which `word` most likely stands for: it begins with `word`, or few
/// insertions, deletions and replacements make it of `word`.  Empty if none is near.
[[nodiscard]] std::string_view nearest_of(std::string_view word,
                                          std::span<const std::string_view> known);

} // namespace chatd
