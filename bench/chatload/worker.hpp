#pragma once

#include "bench/chatload/ledger.hpp"
#include "bench/chatload/loads/load_part.hpp"
#include "bench/chatload/protocols/protocol.hpp"
#include "bench/chatload/run_context.hpp"
#include "bench/chatload/session.hpp"
#include "bench/chatload/tally.hpp"

#include <reactor/loop.hpp>
#include <reactor/timer.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace chatload {

/// What a worker lets others know while it runs.
struct worker_status {
    std::atomic<std::uint64_t> progress{0}; ///< Grows with all that comes.
    std::atomic<std::uint64_t> joins{0};    ///< Notices that lasting clients owe each other.
    std::atomic<std::uint32_t> connected{0};
    std::atomic<std::uint32_t> early_ready{0}; ///< Of those that come before the first line.
    std::atomic<std::uint32_t> late_done{0};   ///< That come later and stay: in, or failed.
    std::atomic<std::uint32_t> lasting{0};     ///< Named clients that have not ended.
    std::atomic<bool> settled{false};          ///< See `worker::watch_settling`.
};

/// What one thread counted in one second.
struct second_part {
    counts done;
    bench::histogram times;
};

/// What a thread used while measuring.
struct thread_usage {
    std::chrono::nanoseconds cpu{};
    std::chrono::nanoseconds wait{};
};

/// One thread of a run: a loop, and its share of the clients.
class worker {
public:
    worker(run_context& shared, std::uint32_t index);
    ~worker();
    worker(const worker&) = delete;
    worker& operator=(const worker&) = delete;

    // --- for the coordinator, on its thread

    void start();
    /// Ends the thread; after that everything here is the caller's.
    void halt_and_join();
    /// Has `what(worker&)` done by the thread.
    template <class F>
    void order(F what) {
        handle_.post([this, what = std::move(what)]() mutable { what(*this); });
    }
    [[nodiscard]] const worker_status& status() const noexcept { return status_; }

    // --- what it is ordered to do, on its own thread

    void launch();
    void begin();
    void begin_measuring(std::chrono::nanoseconds now);
    [[nodiscard]] std::unique_ptr<second_part> cut_second();
    void end_measuring(std::chrono::nanoseconds now);
    void stop_saying();
    /// From now on `status().settled` tells whether all that was said has come.
    void watch_settling() noexcept { watch_settling_ = true; }

    // --- when its thread has ended

    /// What has not come by now is lost.
    void finish();
    [[nodiscard]] violations found() const;
    /// Adds the differences to `other`'s orders to what was found.
    void compare_with(const worker& other);
    [[nodiscard]] counts whole_run() const;
    /// Adds what it measured of each load.
    void add_figures(std::vector<load_figures>& loads) const;
    [[nodiscard]] const thread_usage& used() const noexcept { return used_; }

    // --- for its sessions and loads

    [[nodiscard]] reactor::loop& loop() noexcept { return loop_; }
    [[nodiscard]] run_context& shared() noexcept { return shared_; }
    [[nodiscard]] protocol& talk() noexcept { return *talk_; }
    [[nodiscard]] std::uint32_t index() const noexcept { return index_; }
    /// Null where the room has nobody in this thread.
    [[nodiscard]] ledger* book_of(std::uint32_t room) noexcept {
        return room < books_.size() ? books_[room].get() : nullptr;
    }
    [[nodiscard]] const reactor::endpoint& next_source() noexcept;
    /// Bytes of a line as a client says it.
    [[nodiscard]] std::size_t said_bytes() const noexcept;
    /// What makes the server deliver the next line of `voice`, due at `when`.  Until the next call.
    [[nodiscard]] std::string_view line_of(speaker& voice, std::chrono::nanoseconds when);
    /// The time at which what is handled now was received: one look at the clock for each receive
    /// call.
    [[nodiscard]] std::chrono::nanoseconds batch_time();
    [[nodiscard]] bool saying() const noexcept { return saying_; }
    /// Whether what was due at `when` belongs to the measured time.
    [[nodiscard]] bool measured(std::chrono::nanoseconds when) const noexcept {
        return when >= measure_from_ && when < measure_to_;
    }
    void record(load_tally& of, timing kind, std::chrono::nanoseconds time);
    /// Lines that this thread has said and that it has not seen come; whether they are too many.
    [[nodiscard]] bool too_far_behind();
    void give_up(std::string why) { shared_.reports.give_up(std::move(why)); }

    void session_ready(session& from);
    /// @param left  after it had logged out.
    void session_ended(session& from, bool left, std::string why);
    /// Takes the frames at the start of `data` as far as they are what is due; gives their bytes.
    std::size_t take_lines(session& from, std::string_view data);
    void take_line(session& from, std::string_view text);
    void joined(session& from, std::string_view name);

private:
    void make_books();
    void make_clients();
    void choose_witnesses();
    void note(session& from, const ledger_entry& entry);
    void tick();
    [[nodiscard]] bool all_settled();
    [[nodiscard]] counts total() const;
    [[nodiscard]] std::vector<counts> by_load() const;
    void check_violations(const violations& found);

    run_context& shared_;
    std::uint32_t index_;
    std::unique_ptr<protocol> talk_;
    reactor::loop loop_;
    reactor::loop_handle handle_;
    reactor::timer tick_timer_;
    std::thread thread_;
    worker_status status_;

    std::vector<std::uint64_t> lines_;           // by load
    std::vector<std::unique_ptr<ledger>> books_; // by room
    std::vector<std::unique_ptr<load_part>> loads_;
    std::vector<session*> early_;     // in the order in which they start
    std::vector<session*> by_number_; // the lasting ones that say lines
    violations strays_;               // lines where none are expected

    std::uint32_t launched_ = 0;
    std::uint32_t early_ready_ = 0;
    std::uint32_t connected_ = 0;
    std::uint32_t late_done_ = 0;
    std::uint32_t lasting_ = 0;
    std::uint64_t lasting_joins_ = 0;
    std::int64_t said_ = 0; // of those that this thread counts
    bool saying_ = false;
    bool halted_ = false;
    bool watch_settling_ = false;

    std::string scratch_; // what `line_of` gives
    std::uint64_t batch_reads_ = 0;
    std::chrono::nanoseconds batch_time_{};
    std::chrono::nanoseconds measure_from_ = std::chrono::nanoseconds::max();
    std::chrono::nanoseconds measure_to_ = std::chrono::nanoseconds::max();
    std::vector<counts> at_start_; // by load
    std::vector<counts> at_end_;
    thread_usage used_;
    std::unique_ptr<second_part> second_;
    counts second_start_;
};

} // namespace chatload
