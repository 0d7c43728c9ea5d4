#pragma once

#include "bench/chatload/plan.hpp"

#include <string>

namespace chatload {

/// Why `asked` cannot be run, in one line that says what would be right; empty when it can.
[[nodiscard]] std::string why_not(const plan& asked);

} // namespace chatload
