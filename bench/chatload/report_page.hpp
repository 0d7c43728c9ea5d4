#pragma once

#include "bench/chatload/run_report.hpp"

#include <string>

namespace chatload {

/// One self-contained HTML page for people.
[[nodiscard]] std::string to_html(const run_report& report);

} // namespace chatload
