#pragma once

#include "bench/contest/results.hpp"
#include "bench/measure/page.hpp"

#include <string>
#include <vector>

namespace contest {

/// A table for each setting: a row a server, median and spread of each figure, and its ratio to the
/// yardstick.
[[nodiscard]] std::vector<bench::table> tables_of(const results& all);

/// What was compared and where, a line each.
[[nodiscard]] std::vector<std::string> headlines_of(const results& all);

/// All of it for a terminal.
[[nodiscard]] std::string to_text(const results& all);

} // namespace contest
