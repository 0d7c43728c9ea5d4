#pragma once

#include "bench/contest/results.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace contest {

/// One self-contained page: who costs what, as charts and tables.
[[nodiscard]] std::string to_html(const results& all);

/// All of it for programs: `"schema": "shootout/1"`, see bench/contest/README.md.
[[nodiscard]] nlohmann::ordered_json to_json(const results& all);

} // namespace contest
