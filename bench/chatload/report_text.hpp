#pragma once

#include "bench/chatload/run_report.hpp"

#include <string>

namespace chatload {

/// For people; several lines, each with its LF.
[[nodiscard]] std::string to_text(const run_report& report);

} // namespace chatload
