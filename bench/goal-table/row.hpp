#pragma once

#include "bench/goal-table/measured.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace goals {

/// A server, put to a load.
struct entrant {
    std::string server;               ///< As `contest::all_contenders` names it.
    std::vector<std::string> options; ///< That the server gets beside its usual ones.
    std::string load; ///< A scenario of chatload, without what its command line says.
    std::chrono::milliseconds duration{}; ///< Of measuring.
    bool takes_rate = false; ///< The scenario ends with the rate that both servers' limit gives.

    friend bool operator==(const entrant&, const entrant&) = default;
};

/// Where an entrant stands in a row.
enum class place : std::uint8_t {
    yardstick,
    redis,
    undisturbed, ///< chatd itself, without what the row is about.
    ours,        ///< chatd, whose goal it is.
};
inline constexpr std::size_t places = 4;

enum class unit : std::uint8_t { time, bytes };

/// What is asked of `place::ours`: its figure, or its ratio to that of another place, is at most
/// `limit`.
struct bound {
    place to = place::ours; ///< `ours`: the figure itself.
    double limit = 0;
    bool below = false; ///< Less than it, not equal to it.
};

/// One goal.
struct row {
    std::string name; ///< As `--rows` takes it.
    std::string goal; ///< For people.
    double measured::*figure = nullptr;
    unit in = unit::time;
    std::vector<bound> bounds; ///< All of them are to hold.
    std::array<std::optional<entrant>, places> by_place;
    std::size_t most_repeats = SIZE_MAX;
    /// The figure of `ours` in a repetition is the greatest of all of chatd's trials in it.
    bool over_all = false;
    std::string note; ///< What a reader has to know; may be empty.

    [[nodiscard]] const std::optional<entrant>& at(place which) const {
        return by_place[static_cast<std::size_t>(which)];
    }
};

/// The goals of the fan-out, in the order in which they are measured.
/// @param cpu_duration  of those about CPU.
[[nodiscard]] std::vector<row> all_rows(std::chrono::milliseconds cpu_duration);

/// A goal that nothing can measure, and why.
struct unmeasured {
    std::string goal;
    std::string why;
};
[[nodiscard]] std::vector<unmeasured> goals_without_measure();

} // namespace goals
