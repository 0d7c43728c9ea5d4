#pragma once

#include "bench/goal-table/row.hpp"
#include "bench/measure/statistics.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace goals {

/// What came of putting an entrant to its load once.
struct trial {
    entrant who;
    std::size_t repeat = 0;
    std::optional<measured> found;
    std::string failure; ///< Why nothing was measured; empty if something was.
};

/// What was found of one goal.
struct finding {
    enum class verdict : std::uint8_t { held, not_held, unknown };

    std::array<bench::spread, places> figures; ///< Medians over the repetitions.
    std::vector<bench::spread> against; ///< For each bound: ratios within a repetition, or figures.
    verdict is = verdict::unknown;      ///< Unknown: a trial that a bound needs is missing.
    std::string failure;                ///< The first one; may be empty.
};

[[nodiscard]] finding judge(const row& goal, const std::vector<trial>& all);

/// System calls for a delivery, and ns of CPU for a call, of one place of a row: what a cost is
/// made of.
[[nodiscard]] bench::spread calls_a_delivery(const row& goal, place where,
                                             const std::vector<trial>& all);
[[nodiscard]] bench::spread cost_of_a_call(const row& goal, place where,
                                           const std::vector<trial>& all);

} // namespace goals
