#include "bench/chatload/coordinator.hpp"

#include "bench/measure/clock.hpp"
#include "bench/measure/probe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <utility>

namespace chatload {

namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr nanoseconds tick_period = 10ms;
/// Clients that wait in vain say so themselves, each after the patience asked for.
constexpr int patience_of_clients_ends = 2;
constexpr nanoseconds last_look = 50ms;    // for lines that come once too often
constexpr nanoseconds least_second = 50ms; // that is worth a line of its own
constexpr nanoseconds grace_of_joins = 1s; // for those of clients that failed

} // namespace

runner::coordinator::coordinator(plan asked, run_observer* watcher)
    : asked_(std::move(asked)), watcher_(watcher), tick_timer_(loop_, [this] { tick(); }),
      phase_timer_(
          loop_, [this] { phase_ == run_phase::warm_up ? begin_measuring() : measured_enough(); }),
      second_timer_(loop_, [this] { cut_second(); }) {}

runner::coordinator::~coordinator() = default;

run_figures runner::coordinator::run() {
    for (const load& one : asked_.loads)
        made_.loads.emplace_back().name = one.name;
    if (prepare())
        lead();
    made_.failures = failures_.lines();
    made_.failure_count = failures_.count();
    return std::move(made_);
}

/// From the first connection to the last look.
void runner::coordinator::lead() {
    for (const int signal : {SIGINT, SIGTERM})
        loop_.on_signal(signal, [this] { interrupted(); });
    start_time_ = bench::monotonic_now();
    start_phase(run_phase::connecting);
    tick_timer_.start_every(tick_period);
    for (const auto& one : workers_)
        one->start();
    loop_.run();
    for (const auto& one : workers_)
        one->halt_and_join();
    loop_.run_once(0ns); // what they told last
    put_together();
}

void runner::coordinator::start_phase(run_phase next) {
    phase_ = next;
    phase_time_ = bench::monotonic_now();
    progress_time_ = phase_time_;
    tell();
}

void runner::coordinator::tell() {
    told_ = bench::monotonic_now();
    if (watcher_ == nullptr)
        return;
    run_progress now;
    now.phase = phase_;
    now.elapsed = told_ - phase_time_;
    now.connected = sum_up().connected;
    now.wanted = early_;
    if (!seconds_.complete().empty())
        now.last = seconds_.complete().back();
    watcher_->progress(now);
}

runner::coordinator::sums runner::coordinator::sum_up() const {
    sums made;
    for (const auto& one : workers_) {
        const worker_status& its = one->status();
        made.early_ready += its.early_ready.load(std::memory_order_acquire);
        made.progress += its.progress.load(std::memory_order_relaxed);
        made.joins += its.joins.load(std::memory_order_relaxed);
        made.connected += its.connected.load(std::memory_order_relaxed);
        made.late_done += its.late_done.load(std::memory_order_relaxed);
        made.lasting += its.lasting.load(std::memory_order_relaxed);
        made.settled = made.settled && its.settled.load(std::memory_order_relaxed);
    }
    return made;
}

void runner::coordinator::tick() {
    const sums now = sum_up();
    const nanoseconds time = bench::monotonic_now();
    note_progress(now, time);
    const nanoseconds quiet = time - progress_time_;
    const bool stuck = quiet >= asked_.patience;
    if (!watching_settling_ && quiet >= asked_.patience / 2) {
        watching_settling_ = true;
        for (const auto& one : workers_)
            one->order([](worker& it) { it.watch_settling(); });
    }
    if (time - told_ >= 1s && phase_ != run_phase::measuring)
        tell();
    switch (phase_) {
    case run_phase::connecting:
        if (now.early_ready == early_) {
            made_.login_time = time - start_time_;
            start_phase(run_phase::settling);
        } else if (quiet >= patience_of_clients_ends * asked_.patience) {
            stop_with("not all clients came in: nothing happens any more");
        }
        return;
    case run_phase::settling:
        return settle(now, stuck);
    case run_phase::warm_up:
    case run_phase::measuring:
        return watch_for_end(now, stuck);
    case run_phase::draining:
        return drain(now, stuck);
    }
}

void runner::coordinator::note_progress(const sums& now, nanoseconds time) {
    if (now.progress != last_progress_) {
        last_progress_ = now.progress;
        progress_time_ = time;
    }
    if (const std::uint64_t late = now.late_done + now.joins; late != last_late_) {
        last_late_ = late;
        late_time_ = time;
    }
}

/// Waits until the rooms have told everybody of everybody.
void runner::coordinator::settle(const sums& now, bool stuck) {
    const std::uint64_t owed = shared_->traits.tells_joins ? shared_->people.early_joins() : 0;
    if (now.joins < owed && !stuck)
        return;
    if (shared_->traits.tells_joins && now.joins != owed)
        fail(fmt::format("{} join notices came, not {}", now.joins, owed));
    if (server_)
        server_->note_logged_in();
    begin_saying();
}

void runner::coordinator::begin_saying() {
    start_phase(run_phase::warm_up);
    for (const auto& one : workers_)
        one->order([](worker& it) { it.begin(); });
    phase_timer_.start(phase_time_ - loop_.now() + (only_late_ ? 0ns : asked_.warm_up));
}

void runner::coordinator::begin_measuring() {
    if (server_)
        server_->begin_measuring();
    own_cpu_before_ = bench::own_cpu();
    measure_from_ = bench::monotonic_now();
    late_time_ = measure_from_;
    seconds_.begin(measure_from_);
    for (const auto& one : workers_)
        one->order([from = measure_from_](worker& it) { it.begin_measuring(from); });
    start_phase(run_phase::measuring);
    second_timer_.start_every(1s);
    phase_timer_.start(measure_from_ - loop_.now() + asked_.duration);
}

void runner::coordinator::cut_second() { cut(true, {}); }

/// A second ends, or measuring does at `end`, or both: then at the same place in every thread, so
/// that the seconds add up to the whole.
void runner::coordinator::cut(bool second, std::optional<nanoseconds> end) {
    if (second)
        seconds_.cut(bench::monotonic_now(), sum_up().connected, workers_.size(), server_);
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        workers_[i]->order([this, i, second, end](worker& it) {
            if (end)
                it.end_measuring(*end);
            if (!second)
                return;
            loop_.post([this, i, part = it.cut_second()]() mutable {
                seconds_.add(i, std::move(part));
                if (i == 0 && phase_ == run_phase::measuring)
                    tell();
            });
        });
    }
}

/// The time of measuring is over: it ends, unless clients that came late are still to be let in.
void runner::coordinator::measured_enough() {
    time_is_up_ = true;
    if (late_ones_are_in(sum_up()) && !only_late_) {
        end_measuring();
        begin_draining();
    }
}

bool runner::coordinator::late_ones_are_in(const sums& now) const {
    if (now.late_done < late_)
        return false;
    if (!shared_->traits.tells_joins || now.joins >= shared_->people.all_joins())
        return true;
    // What those that failed would have been told is not known.
    return failures_.count() > 0 && bench::monotonic_now() - late_time_ >= grace_of_joins;
}

void runner::coordinator::watch_for_end(const sums& now, bool stuck) {
    const bool nobody =
        shared_->people.names > 0 ? now.lasting == 0 : now.connected == 0 && early_ > 0;
    const bool late_missing = phase_ == run_phase::measuring && !late_ones_are_in(now);
    const bool late_stuck = late_missing && bench::monotonic_now() - late_time_ >=
                                                patience_of_clients_ends * asked_.patience;
    if (nobody) {
        stop_with("no client is left");
    } else if (late_stuck || (stuck && !now.settled)) {
        fail(late_stuck ? "not all clients came in: nothing happens any more"
                        : "the server delivers nothing any more");
        judged_ = true;
        finish();
    } else if (phase_ == run_phase::measuring && (time_is_up_ || only_late_) && !late_missing) {
        end_measuring();
        begin_draining();
    }
}

void runner::coordinator::end_measuring() {
    const nanoseconds now = bench::monotonic_now();
    made_.measured = now - measure_from_;
    const bool last_second = now - seconds_.last_cut() >= least_second || now - measure_from_ < 1s;
    cut(last_second, now);
    made_.generator.cpu = bench::own_cpu() - own_cpu_before_;
    if (server_ && !server_->end_measuring())
        fail(fmt::format("process {} has ended", server_->pid()));
    second_timer_.cancel();
    phase_timer_.cancel();
}

void runner::coordinator::begin_draining() {
    phase_timer_.cancel();
    for (const auto& one : workers_) {
        one->order([](worker& it) {
            it.stop_saying();
            it.watch_settling();
        });
    }
    watching_settling_ = true;
    start_phase(run_phase::draining);
}

/// Waits until all that was said has come everywhere, and a moment longer.
void runner::coordinator::drain(const sums& now, bool stuck) {
    const nanoseconds time = bench::monotonic_now();
    if (!now.settled) {
        settled_since_.reset();
        judged_ = stuck;
        if (stuck)
            finish();
        return;
    }
    if (!settled_since_)
        settled_since_ = time;
    if (time - *settled_since_ >= last_look) {
        judged_ = true;
        finish();
    }
}

void runner::coordinator::finish() {
    if (std::exchange(done_, true))
        return;
    if (phase_ == run_phase::measuring)
        end_measuring();
    tick_timer_.cancel();
    phase_timer_.cancel();
    second_timer_.cancel();
    loop_.stop();
}

void runner::coordinator::interrupt() {
    loop_.post([this] { interrupted(); });
}

void runner::coordinator::interrupted() {
    const bool again = std::exchange(made_.interrupted, true);
    switch (phase_) {
    case run_phase::connecting:
    case run_phase::settling:
        return stop_with("interrupted before all clients were in the room");
    case run_phase::warm_up:
        return begin_draining();
    case run_phase::measuring:
        end_measuring();
        return begin_draining();
    case run_phase::draining:
        if (again)
            finish();
    }
}

void runner::coordinator::client_failed(client_failure what) {
    loop_.post([this, what = std::move(what)]() mutable {
        if (done_)
            return;
        failures_.add(std::move(what));
        if (phase_ == run_phase::connecting)
            finish();
    });
}

void runner::coordinator::give_up(std::string why) {
    loop_.post([this, why = std::move(why)]() mutable { stop_with(std::move(why)); });
}

void runner::coordinator::fail(std::string why) { failures_.add(std::move(why)); }

void runner::coordinator::stop_with(std::string why) {
    if (done_)
        return;
    fail(std::move(why));
    finish();
}

} // namespace chatload
