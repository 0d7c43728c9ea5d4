#pragma once

#include "bench/contest/schedule.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace contest {

/// A core for the servers and another one for the load.
struct core_pair {
    unsigned server = 0;
    unsigned generator = 0;
};
/// The first two that this process may use; empty when there is only one.
[[nodiscard]] std::optional<core_pair> find_cores();

/// Takes out what needs more descriptors in one process than `limit`.
/// @return  a line for each that was taken out.
[[nodiscard]] std::vector<std::string> leave_out_what_does_not_fit(std::vector<setting>& settings,
                                                                   std::uint64_t limit);

} // namespace contest
