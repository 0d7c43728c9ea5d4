#pragma once

#include "bench/chatload/plan.hpp"

#include <iosfwd>
#include <string>

namespace chatload {

/// Reads a scenario, a file of the kind that doc/scenarios.md describes, over the defaults. Whether
/// its parts fit together is for `validate_plan`, once the command line had its say.
/// @param name  of the file, for messages.
/// @throws usage_error  that names the file, the section and the key, what was given and what would
/// be right.
[[nodiscard]] plan read_scenario(std::istream& input, const std::string& name);
/// The same of a file.
[[nodiscard]] plan read_scenario_file(const std::string& name);

} // namespace chatload
