#include "bench/chatload/swarm.hpp"

#include "bench/measure/clock.hpp"

#include <reactor/loop_options.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <limits>

namespace chatload {

namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr std::uint32_t logins_at_once = 200;
constexpr std::uint32_t sampled_clients = 8;
constexpr std::uint64_t sampled_every = 8; // lines
constexpr std::size_t shown_failures = 10;
constexpr std::uint64_t most_violations = 10'000;
constexpr std::size_t most_outstanding_bytes = std::size_t{64} << 20;
constexpr std::uint64_t spare_descriptors = 32;
constexpr nanoseconds tick_period = 5ms;
constexpr nanoseconds shortest_pause = 50us; // between two bursts of an open loop
constexpr nanoseconds last_look = 50ms;      // for lines that come once too often

/// All lines of one read are handled at once: a budget would copy what it leaves.
reactor::loop_options generator_options() {
    reactor::loop_options chosen;
    chosen.message_budget = std::numeric_limits<std::uint32_t>::max();
    return chosen;
}

} // namespace

swarm::swarm(options asked)
    : asked_(std::move(asked)), format_(line_format::fresh_tag(), asked_.size),
      ledger_(format_, asked_.clients), loop_(generator_options()),
      tick_timer_(loop_, [this] { tick(); }),
      phase_timer_(loop_,
                   [this] { phase_ == phase::warm_up ? begin_measuring() : end_measuring(); }),
      pace_timer_(loop_, [this] { say_what_is_due(); }),
      most_outstanding_(std::max<std::uint64_t>(1024, most_outstanding_bytes / asked_.size)) {
    results_.asked = asked_;
}

swarm::~swarm() = default;

results swarm::run() {
    if (prepare()) {
        for (const int signal : {SIGINT, SIGTERM})
            loop_.on_signal(signal, [this] { interrupt(); });
        start_phase(phase::connecting);
        start_time_ = bench::monotonic_now();
        tick_timer_.start_every(tick_period);
        launch();
        loop_.run();
        ledger_.finish();
    }
    results_.joins = ledger_.joins();
    results_.all_lines = ledger_.agreed();
    results_.all_deliveries = ledger_.deliveries();
    results_.found = ledger_.found();
    results_.interrupted = interrupted_;
    return std::move(results_);
}

bool swarm::prepare() {
    const std::uint64_t wanted = std::uint64_t{asked_.clients} + asked_.idle + spare_descriptors;
    if (const std::uint64_t limit = bench::raise_descriptor_limit(); limit < wanted) {
        add_failure(fmt::format("{} descriptors are needed, the limit is {}", wanted, limit));
        return false;
    }
    if (asked_.server_pid > 0) {
        server_.emplace(asked_.server_pid);
        if (!server_->cpu() || !server_->memory()) {
            add_failure(
                fmt::format("process {} does not exist or cannot be looked at", asked_.server_pid));
            return false;
        }
        results_.server.emplace().before = server_memory();
    }
    for (std::uint32_t i = 0; i < asked_.clients; ++i)
        sessions_.push_back(std::make_unique<session>(loop_, *this, i, format_.name(i)));
    for (std::uint32_t i = 0; i < asked_.idle; ++i)
        sessions_.push_back(std::make_unique<session>(loop_, *this, i, std::string_view{}));
    windows_.resize(asked_.clients, closed_window{asked_.window});
    for (std::uint32_t i = 0; i < asked_.senders; ++i) {
        // Spread over the room: a server serves its members in some order.
        senders_.push_back(
            static_cast<std::uint32_t>(std::uint64_t{i} * asked_.clients / asked_.senders));
        sessions_[senders_.back()]->sender = true;
    }
    const std::uint32_t step = std::max(1U, asked_.clients / sampled_clients);
    for (std::uint32_t i = step - 1; i < asked_.clients; i += step)
        sessions_[i]->sampled = true;
    live_clients_ = asked_.clients;
    return true;
}

/// Starts further connections, the idle ones first, as long as few enough are on their way.
void swarm::launch() {
    while (phase_ == phase::connecting && launched_ < sessions_.size() &&
           launched_ - ready_ < logins_at_once) {
        const std::uint32_t next = launched_++;
        const std::size_t index = next < asked_.idle ? asked_.clients + next : next - asked_.idle;
        sessions_[index]->start(asked_.server, asked_.patience);
    }
}

void swarm::session_ready(session&) {
    if (++ready_ < sessions_.size())
        return launch();
    results_.login_time = bench::monotonic_now() - start_time_;
    start_phase(phase::settling);
}

void swarm::session_ended(session& from, std::string why) {
    if (phase_ == phase::done)
        return;
    if (phase_ == phase::connecting)
        return give_up(std::move(why));
    add_failure(std::move(why));
    if (from.idle())
        return;
    ledger_.leave(from.number());
    if (--live_clients_ == 0)
        give_up("no client is left");
}

void swarm::start_phase(phase next) {
    phase_ = next;
    progress_time_ = bench::monotonic_now();
}

/// Waits until the room has told everybody of everybody.
void swarm::settle(bool stuck, nanoseconds quiet) {
    const std::uint64_t pairs = std::uint64_t{asked_.clients} * (asked_.clients - 1) / 2;
    const std::uint64_t joins = ledger_.joins();
    const bool silent = joins == 0 && quiet >= 1s; // a server that does not tell
    if (joins < pairs && !silent && !stuck)
        return;
    if (joins != pairs && joins > 0)
        add_failure(fmt::format("{} join notices came, not {}", joins, pairs));
    if (server_)
        results_.server->logged_in = server_memory();
    begin_sending();
}

void swarm::begin_sending() {
    sending_ = true;
    start_phase(phase::warm_up);
    const nanoseconds now = bench::monotonic_now();
    if (asked_.rate > 0) {
        schedule_.emplace(asked_.rate, now);
        say_what_is_due();
    } else {
        for (const std::uint32_t sender : senders_)
            fill_window(*sessions_[sender], now);
    }
    phase_timer_.start(now - loop_.now() + asked_.warm_up);
}

swarm::reading swarm::read_all() const {
    reading made;
    if (server_)
        made.server_cpu = server_->cpu();
    made.own_cpu = bench::own_cpu();
    made.own_wait = bench::own_wait();
    made.time = bench::monotonic_now();
    made.lines = ledger_.agreed();
    made.deliveries = ledger_.deliveries();
    return made;
}

void swarm::begin_measuring() {
    start_phase(phase::measuring);
    start_ = read_all();
    measure_from_ = start_.time;
    phase_timer_.start(start_.time - loop_.now() + asked_.duration);
}

void swarm::end_measuring() {
    const reading end = read_all();
    measure_to_ = end.time;
    results_.measured = end.time - start_.time;
    results_.own_cpu = end.own_cpu - start_.own_cpu;
    results_.own_wait = end.own_wait - start_.own_wait;
    results_.lines = end.lines - start_.lines;
    results_.deliveries = end.deliveries - start_.deliveries;
    if (server_) {
        results_.server->end = server_memory();
        if (start_.server_cpu && end.server_cpu && results_.server->end.now > 0)
            results_.server->cpu = bench::used_between(*start_.server_cpu, *end.server_cpu);
        else
            add_failure(fmt::format("process {} has ended", server_->pid()));
    }
    begin_draining();
}

void swarm::begin_draining() {
    sending_ = false;
    pace_timer_.cancel();
    phase_timer_.cancel();
    start_phase(phase::draining);
}

/// Waits until all that was said has come everywhere, and a moment longer.
void swarm::drain(bool stuck, nanoseconds now) {
    if (!ledger_.settled()) {
        settled_since_.reset();
        if (stuck)
            finish();
        return;
    }
    if (!settled_since_)
        settled_since_ = now;
    if (now - *settled_since_ >= last_look)
        finish();
}

void swarm::finish() {
    if (phase_ == phase::measuring)
        end_measuring();
    phase_ = phase::done;
    sending_ = false;
    tick_timer_.cancel();
    pace_timer_.cancel();
    phase_timer_.cancel();
    loop_.stop();
}

void swarm::interrupt() {
    const bool again = interrupted_;
    interrupted_ = true;
    if (phase_ == phase::connecting || phase_ == phase::settling)
        give_up("interrupted before all clients were in the room");
    else if (phase_ == phase::measuring)
        end_measuring();
    else if (phase_ == phase::warm_up)
        begin_draining();
    else if (again)
        finish();
}

void swarm::tick() {
    const nanoseconds now = bench::monotonic_now();
    const std::uint64_t progress =
        ledger_.deliveries() + ledger_.joins() + ledger_.agreed() + launched_ + ready_;
    if (progress != last_progress_) {
        last_progress_ = progress;
        progress_time_ = now;
    }
    const nanoseconds quiet = now - progress_time_;
    const bool stuck = quiet >= asked_.patience;
    switch (phase_) {
    case phase::connecting:
        if (stuck)
            give_up(who_is_late() + ": in vain");
        break;
    case phase::settling:
        settle(stuck, quiet);
        break;
    case phase::warm_up:
    case phase::measuring:
        if (stuck && !ledger_.settled()) {
            add_failure("the server delivers nothing any more");
            finish();
        }
        break;
    case phase::draining:
        drain(stuck, now);
        break;
    case phase::done:
        break;
    }
}

std::string swarm::who_is_late() const {
    for (const auto& one : sessions_) {
        if (one->is_open() && !one->ready())
            return one->description();
    }
    return "no connection";
}

bench::memory_use swarm::server_memory() const {
    return server_->memory().value_or(bench::memory_use{});
}

void swarm::add_failure(std::string why) {
    ++results_.failure_count;
    if (results_.failures.size() < shown_failures)
        results_.failures.push_back(std::move(why));
}

void swarm::give_up(std::string why) {
    add_failure(std::move(why));
    finish();
}

/// The time at which the lines being handled were received: one look at the clock for each receive
/// call.
nanoseconds swarm::batch_time() {
    if (const std::uint64_t reads = loop_.counters().reads; reads != batch_reads_) {
        batch_reads_ = reads;
        batch_time_ = bench::monotonic_now();
    }
    return batch_time_;
}

std::string_view swarm::room_lines(session& from, std::string_view data) {
    while (!data.empty() && from.ready()) {
        const auto taken = ledger_.take_agreed(from.number(), data);
        if (!taken.empty()) {
            data.remove_prefix(taken.size() * format_.line_bytes());
            if (from.sender || from.sampled) {
                for (const ledger_entry& entry : taken)
                    note_delivery(from, entry);
            }
            continue;
        }
        const std::size_t end = data.find('\n');
        if (end == std::string_view::npos)
            return data;
        room_line(from, data.substr(0, end));
        data.remove_prefix(end + 1);
    }
    return {};
}

void swarm::note_delivery(session& from, const ledger_entry& entry) {
    const bool measured = entry.sent >= measure_from_ && entry.sent < measure_to_;
    if (entry.id.sender == from.number()) {
        const nanoseconds now = batch_time();
        if (measured)
            results_.own_echo.record(now - entry.sent);
        windows_[from.number()].acknowledge(entry.id.sequence);
        fill_window(from, now);
    } else if (measured && from.sampled && entry.id.sequence % sampled_every == 0) {
        results_.others.record(batch_time() - entry.sent);
    }
}

void swarm::check_violations() {
    if (ledger_.found().total() < most_violations || phase_ == phase::done)
        return;
    give_up("given up: too many violations");
}

void swarm::fill_window(session& from, nanoseconds now) {
    if (!sending_ || schedule_)
        return;
    for (closed_window& window = windows_[from.number()]; window.may_send(); window.note_sent())
        say(from, now);
}

void swarm::say(session& from, nanoseconds when) {
    from.push(format_.command(ledger_.note_sent(from.number(), when)));
}

/// The open loop: says every line that is due by now, however many are outstanding.
void swarm::say_what_is_due() {
    const nanoseconds now = bench::monotonic_now();
    for (; schedule_->next() <= now; schedule_->take()) {
        if (ledger_.sent() - ledger_.agreed() >= most_outstanding_)
            return give_up(
                fmt::format("the server is {} lines behind: schedule given up", most_outstanding_));
        session& from = *sessions_[senders_[schedule_->taken() % senders_.size()]];
        if (from.ready())
            say(from, schedule_->next());
    }
    pace_timer_.start(std::max(schedule_->next(), now + shortest_pause) - loop_.now());
}

} // namespace chatload
