#pragma once

#include "bench/chatload/plan.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace chatload {

/// Why a plan cannot be run.
struct plan_fault {
    std::optional<std::size_t> load; ///< Its place in the plan; empty: the run as a whole.
    std::string_view setting;        ///< Its name, as users write it.
    std::string what;                ///< Is wrong with it, and what would be right.
};

/// The first contradiction in `asked`; empty when it can be run.
[[nodiscard]] std::optional<plan_fault> validate_plan(const plan& asked);

/// The same as one line that names the load; empty when there is none.
[[nodiscard]] std::string why_not(const plan& asked);

} // namespace chatload
