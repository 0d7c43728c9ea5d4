#pragma once

#include "bench/chatload/failure_list.hpp"
#include "bench/chatload/run_context.hpp"
#include "bench/chatload/runner.hpp"
#include "bench/chatload/second_series.hpp"
#include "bench/chatload/server_watch.hpp"
#include "bench/chatload/worker.hpp"

#include <reactor/loop.hpp>
#include <reactor/timer.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace chatload {

/// Leads the threads of a run through its phases, and puts together what they found.
class runner::coordinator : public run_reports {
public:
    coordinator(plan asked, run_observer* watcher);
    ~coordinator() override;

    run_figures run();
    void interrupt();

    void client_failed(client_failure what) override;
    void give_up(std::string why) override;

private:
    /// Sums of what the threads let others know.
    struct sums {
        std::uint64_t progress = 0;
        std::uint64_t joins = 0;
        std::uint32_t connected = 0;
        std::uint32_t early_ready = 0;
        std::uint32_t late_done = 0;
        std::uint32_t lasting = 0;
        bool settled = true;
    };

    bool prepare();
    [[nodiscard]] bool enough_descriptors();
    void lead();
    void settle(const sums& now, bool stuck);
    void begin_saying();
    void begin_measuring();
    void measured_enough();
    void end_measuring();
    void begin_draining();
    void drain(const sums& now, bool stuck);
    void finish();
    void interrupted();
    void tick();
    void watch_for_end(const sums& now, bool stuck);
    void cut_second();
    void cut(bool second, std::optional<std::chrono::nanoseconds> end);
    void start_phase(run_phase next);
    void fail(std::string why);
    void stop_with(std::string why);
    void tell();
    [[nodiscard]] bool late_ones_are_in(const sums& now) const;
    void note_progress(const sums& now, std::chrono::nanoseconds time);
    [[nodiscard]] sums sum_up() const;
    void put_together();

    plan asked_;
    run_observer* watcher_;
    reactor::loop loop_;
    reactor::timer tick_timer_;
    reactor::timer phase_timer_;
    reactor::timer second_timer_;
    std::unique_ptr<run_context> shared_;
    std::vector<std::unique_ptr<worker>> workers_;
    std::optional<server_watch> server_;
    second_series seconds_;
    failure_list failures_;
    run_figures made_;

    run_phase phase_ = run_phase::connecting;
    bool done_ = false;
    bool judged_ = false;     // nothing is under way any more: what is missing is lost
    bool time_is_up_ = false; // and measuring goes on for clients that come late
    std::uint32_t early_ = 0; // clients and connections that come before the first line
    std::uint32_t late_ = 0;
    bool only_late_ = false; // the run is about them, and ends when they are in
    std::chrono::nanoseconds start_time_{};
    std::chrono::nanoseconds phase_time_{};
    std::chrono::nanoseconds measure_from_{};
    std::chrono::nanoseconds own_cpu_before_{};
    std::chrono::nanoseconds told_{};
    std::uint64_t last_progress_ = 0;
    std::chrono::nanoseconds progress_time_{};
    std::uint64_t last_late_ = 0; // progress of those that come late
    std::chrono::nanoseconds late_time_{};
    bool watching_settling_ = false;
    std::optional<std::chrono::nanoseconds> settled_since_;
};

} // namespace chatload
