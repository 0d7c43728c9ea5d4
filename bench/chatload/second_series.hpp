#pragma once

#include "bench/chatload/run_report.hpp"
#include "bench/chatload/server_watch.hpp"
#include "bench/chatload/worker.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace chatload {

/// Puts the seconds of measuring together from what each thread counted.
class second_series {
public:
    /// Measuring begins at `now`.
    void begin(std::chrono::nanoseconds now);
    /// A second ends at `now`; `parts` threads will `add` what they have counted.
    void cut(std::chrono::nanoseconds now, std::uint32_t connected, std::size_t parts,
             std::optional<server_watch>& server);
    /// The next part of the oldest second that is not complete; each thread gives its own in order.
    void add(std::size_t thread, std::unique_ptr<second_part> part);

    [[nodiscard]] std::chrono::nanoseconds last_cut() const noexcept { return last_cut_; }
    /// The complete ones.
    [[nodiscard]] const std::vector<second_figures>& complete() const noexcept { return complete_; }

private:
    struct pending {
        second_figures figures;
        bench::histogram times;
        std::size_t missing = 0;
    };

    std::vector<second_figures> complete_;
    std::deque<pending> pending_;
    std::uint64_t first_pending_ = 0;        // number of pending_.front()
    std::vector<std::uint64_t> from_thread_; // parts that each thread gave
    std::chrono::nanoseconds begin_{};
    std::chrono::nanoseconds last_cut_{};
    std::chrono::nanoseconds own_cpu_{};
};

} // namespace chatload
