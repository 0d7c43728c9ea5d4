#pragma once

#include "bench/chatload/ledger.hpp"
#include "bench/chatload/line_format.hpp"
#include "bench/chatload/options.hpp"
#include "bench/chatload/pacing.hpp"
#include "bench/chatload/report.hpp"
#include "bench/chatload/session.hpp"
#include "bench/measure/probe.hpp"

#include <reactor/loop.hpp>
#include <reactor/timer.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chatload {

/// One run: all its connections, led through connect and login, warm-up, measuring and draining.
class swarm {
public:
    explicit swarm(options asked);
    ~swarm();

    /// Does it all, and gives what was found.  Once.
    results run();
    /// Ends it early; any thread.
    void request_interrupt() {
        loop_.post([this] { interrupt(); });
    }

    // --- for the sessions
    // ----------------------------------------------------------------------------------

    [[nodiscard]] const reactor::endpoint& server() const noexcept { return asked_.server; }
    /// `from` is greeted or logged in.
    void session_ready(session& from);
    /// `from` cannot go on; `why` names it.
    void session_ended(session& from, std::string why);
    /// A line (without LF) came in the room.
    void room_line(session& from, std::string_view line) {
        const ledger_entry* taken = ledger_.take(from.number(), line);
        if (taken == nullptr) [[unlikely]]
            check_violations();
        else if (from.sender || from.sampled)
            note_delivery(from, *taken);
    }
    /// Takes all whole lines in `data`, which starts with a line; gives the part of one that is
    /// left.
    std::string_view room_lines(session& from, std::string_view data);

private:
    enum class phase : std::uint8_t { connecting, settling, warm_up, measuring, draining, done };

    /// What is read at both ends of measuring.
    struct reading {
        std::chrono::nanoseconds time{};
        std::chrono::nanoseconds own_cpu{};
        std::chrono::nanoseconds own_wait{};
        std::optional<bench::cpu_times> server_cpu;
        std::uint64_t lines = 0;
        std::uint64_t deliveries = 0;
    };

    bool prepare();
    void launch();
    void begin_settling();
    void begin_sending();
    void begin_measuring();
    void end_measuring();
    void begin_draining();
    void finish();
    void interrupt();
    void tick();
    void settle(bool stuck, std::chrono::nanoseconds quiet);
    void drain(bool stuck, std::chrono::nanoseconds now);
    void start_phase(phase next);
    void add_failure(std::string why);
    void give_up(std::string why);
    [[nodiscard]] reading read_all() const;
    [[nodiscard]] std::string who_is_late() const;
    [[nodiscard]] bench::memory_use server_memory() const;

    void note_delivery(session& from, const ledger_entry& entry);
    void check_violations();
    void fill_window(session& from, std::chrono::nanoseconds now);
    void say(session& from, std::chrono::nanoseconds when);
    void say_what_is_due();
    [[nodiscard]] std::chrono::nanoseconds batch_time();

    options asked_;
    line_format format_;
    ledger ledger_;
    reactor::loop loop_;
    std::vector<std::unique_ptr<session>> sessions_; // the clients, then the idle connections
    std::vector<std::uint32_t> senders_;             // numbers of clients
    std::vector<closed_window> windows_;             // by client; unused in an open loop
    std::optional<bench::process_probe> server_;

    reactor::timer tick_timer_;
    reactor::timer phase_timer_;
    reactor::timer pace_timer_;
    std::optional<open_schedule> schedule_;
    std::uint64_t most_outstanding_;

    phase phase_ = phase::connecting;
    bool sending_ = false;
    bool interrupted_ = false;
    std::uint32_t launched_ = 0;
    std::uint32_t ready_ = 0;
    std::uint32_t live_clients_ = 0;
    std::uint64_t last_progress_ = 0;
    std::chrono::nanoseconds progress_time_{};
    std::optional<std::chrono::nanoseconds> settled_since_;
    std::chrono::nanoseconds start_time_{};
    std::uint64_t batch_reads_ = 0;
    std::chrono::nanoseconds batch_time_{};

    reading start_;
    std::chrono::nanoseconds measure_from_ = std::chrono::nanoseconds::max();
    std::chrono::nanoseconds measure_to_ = std::chrono::nanoseconds::max();
    results results_;
};

} // namespace chatload
