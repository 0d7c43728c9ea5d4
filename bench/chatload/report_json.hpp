#pragma once

#include "bench/chatload/run_report.hpp"

#include <string>
#include <utility>
#include <vector>

namespace chatload {

/// What `to_json` writes first; the number goes up when a reader of the former would go wrong.
inline constexpr const char* report_schema = "chatload/2";

/// One JSON object with an LF; doc/report-format.md says what each field means.
[[nodiscard]] std::string to_json(const run_report& report);

/// Reads a file that `to_json` was written to.
/// @throws std::runtime_error  with one line: the file, what is wrong, and what would be right.
[[nodiscard]] run_report read_report(const std::string& file);

/// All that was asked, and where it was measured, as names and texts; without what differs between
/// any two runs: the time and the server's process.
[[nodiscard]] std::vector<std::pair<std::string, std::string>>
settings_of(const run_report& report);

} // namespace chatload
