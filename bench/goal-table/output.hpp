#pragma once

#include "bench/goal-table/trials.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace goals {

/// The table of goals, what their costs are made of, and what a reader has to know.
[[nodiscard]] std::string to_text(const results& all);

/// All of it for programs: `"schema": "goals/1"`, see bench/README.md.
[[nodiscard]] nlohmann::ordered_json to_json(const results& all);

/// Whether everything was measured; not whether all goals are reached.
[[nodiscard]] bool complete(const results& all);

[[nodiscard]] const char* to_string(place where) noexcept;
[[nodiscard]] const char* to_string(finding::verdict what) noexcept;

} // namespace goals
