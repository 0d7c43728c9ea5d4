#pragma once

#include "bench/measure/statistics.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace contest {

/// JSON has no numbers that are not finite: null for them.
inline nlohmann::ordered_json number_json(double value) {
    return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
}

/// Null for a spread over no runs.
inline nlohmann::ordered_json spread_json(const bench::spread& of) {
    if (of.runs == 0)
        return nullptr;
    return {{"median", number_json(of.median)},
            {"low", number_json(of.low)},
            {"high", number_json(of.high)},
            {"runs", of.runs}};
}

} // namespace contest
