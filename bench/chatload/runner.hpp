#pragma once

#include "bench/chatload/plan.hpp"
#include "bench/chatload/run_report.hpp"

#include <chrono>
#include <cstdint>
#include <memory>

namespace chatload {

/// Where a run is.
enum class run_phase : std::uint8_t {
    connecting, ///< Clients connect and log in, a few at a time.
    settling,   ///< The rooms tell everybody of everybody.
    warm_up,
    measuring,
    draining, ///< Nothing is said any more; what was said still comes.
};
[[nodiscard]] const char* to_string(run_phase phase) noexcept;

/// How a run goes on.
struct run_progress {
    run_phase phase = run_phase::connecting;
    std::chrono::nanoseconds elapsed{}; ///< In this phase.
    std::uint32_t connected = 0;        ///< Connections that are logged in, or greeted.
    std::uint32_t wanted = 0;           ///< Of these, before lines are said.
    second_figures last;                ///< Of the last whole second of measuring.
};

/// Is told how a run goes on.
class run_observer {
public:
    virtual ~run_observer() = default;
    /// Called by the thread that is in `runner::run`, when a phase begins and about once a second.
    virtual void progress(const run_progress& now) = 0;
};

/// One run of a plan.  While it runs it takes SIGINT and SIGTERM as `interrupt`.
class runner {
public:
    /// @param watcher  may be null; outlives the run.
    explicit runner(plan asked, run_observer* watcher = nullptr);
    ~runner();
    runner(const runner&) = delete;
    runner& operator=(const runner&) = delete;

    /// Does it all, and gives what was found, also when it failed: why is in `failures`.  Once.
    [[nodiscard]] run_figures run();
    /// Ends the run early: what was measured so far is reported, marked as interrupted.  A second
    /// one does not wait for lines still under way.  Any thread.
    void interrupt();

private:
    class coordinator;
    std::unique_ptr<coordinator> coordinator_;
};

} // namespace chatload
