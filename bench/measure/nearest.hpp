#pragma once

#include <span>
#include <string>
#include <string_view>

namespace bench {

/// The known word that `word` may have been meant to be: the one that fewest slips of the keyboard
/// (a letter too many, too few, another one, two swapped) lead to, or that begins with it.  Empty
/// when none is near.
[[nodiscard]] std::string nearest_word(std::string_view word, std::span<const std::string> known);

} // namespace bench
