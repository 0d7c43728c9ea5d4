#pragma once

#include <span>
#include <string>
#include <vector>

namespace bench {

/// The cells of one line of a table.
using text_row = std::vector<std::string>;

/// Lines with their ends, indented by two: columns set to the right but for the first one.
/// @param rows  not empty; the first one has all columns, and a later one of fewer cells has a text
/// in its last one, which may be of any length.
[[nodiscard]] std::string aligned(std::span<const text_row> rows);

} // namespace bench
