#pragma once

#include <reactor/sim/faults.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <vector>

namespace reactor::sim::detail {

/// What is done to one call.
struct fault_outcome {
    std::size_t at_most = always;           ///< Bytes that the call may move.
    std::optional<std::int64_t> value = {}; ///< Given in place of the call.
    int error = 0;                          ///< Given by the call, if not 0.
    bool performed = false;                 ///< The call has its effect before the error.

    [[nodiscard]] bool none() const noexcept { return at_most == always && !value && error == 0; }
};

/// The faults that stand.
class fault_plan {
public:
    explicit fault_plan(std::mt19937_64& random) noexcept : random_(random) {}

    void add(call which, const fault_outcome& what, const fault_when& when);
    void clear() noexcept { entries_.clear(); }
    [[nodiscard]] std::size_t standing() const noexcept { return entries_.size(); }
    [[nodiscard]] std::uint64_t hits() const noexcept { return hits_; }

    /// What to do to this call; counts it.
    fault_outcome next(call which, int fd);

private:
    struct entry {
        call which;
        fault_outcome what;
        fault_when when;
        std::size_t seen = 0;
        std::size_t hit = 0;
    };
    bool drawn(double chance);

    std::mt19937_64& random_;
    std::vector<entry> entries_;
    std::uint64_t hits_ = 0;
};

} // namespace reactor::sim::detail
