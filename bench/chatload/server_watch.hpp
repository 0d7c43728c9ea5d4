#pragma once

#include "bench/chatload/run_report.hpp"
#include "bench/measure/probe.hpp"
#include "bench/measure/system_call_counter.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace chatload {

/// Reads the server's process at the moments that count.
class server_watch {
public:
    /// Reads its memory before the first connection.
    explicit server_watch(int pid);

    /// Whether the process is there and may be looked at.
    [[nodiscard]] bool there() const;
    [[nodiscard]] int pid() const noexcept { return probe_.pid(); }

    void note_logged_in();
    void begin_measuring();
    /// Its share of a core since the last look, and its memory.
    void look(second_figures& into);
    /// False when the process has ended.
    bool end_measuring();
    [[nodiscard]] const server_figures& figures() const noexcept { return figures_; }

private:
    [[nodiscard]] std::uint64_t resident() const;

    bench::process_probe probe_;
    server_figures figures_;
    std::optional<bench::cpu_times> cpu_before_;
    std::optional<std::uint64_t> switches_before_;
    std::optional<bench::system_call_counter> calls_;
    std::optional<bench::cpu_times> last_look_;
    std::chrono::nanoseconds last_time_{};
};

} // namespace chatload
