#include "child_watches.hpp"
#include "guarded.hpp"
#include "interest.hpp"
#include "loop_core.hpp"

#include <reactor/error.hpp>
#include <reactor/work_guard.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace reactor {

namespace detail {

void loop_core::iterate(system::wait_limit cap) {
    wait(cap);
    dispatch_batch();
    run_posts();
    run_due_timers();
    serve_held_input();
    deliver_and_flush();
    ask_changed();
    destroy_closed();
    if (options_.audit)
        audit();
    end_iteration();
}

/// Gets a batch of reports, unless the last one has not been dispatched to its end.
void loop_core::wait(system::wait_limit cap) {
    if (next_report_ < batch_.size()) {
        begin_turn();
        return;
    }
    next_report_ = 0;
    ask_kernel(cap);
    files_.report(batch_);
}

void loop_core::ask_kernel(system::wait_limit cap) {
    auto limit = time_to_wait(cap);
    const bool may_block = limit != std::chrono::nanoseconds{0};
    if (may_block && !posts_->begin_blocking())
        limit = std::chrono::nanoseconds{0};
    ended_since_wait_ = false;
    const auto ec = poller_->wait(limit, batch_);
    posts_->end_blocking();
    begin_turn();
    if (ec)
        throw std::system_error(ec, "reactor::loop: wait");
}

void loop_core::begin_turn() noexcept {
    now_ = system::monotonic_now();
    dispatch_end_ = now_ + options_.dispatch_time;
    timers_->set_now(now_);
    recorder_.current_.began = now_;
    measure_until(step::wait, now_);
}

bool loop_core::dispatch_time_spent() const noexcept {
    return system::monotonic_now() >= dispatch_end_;
}

system::wait_limit loop_core::time_to_wait(system::wait_limit cap) const noexcept {
    using std::chrono::nanoseconds;
    if (left_over())
        return nanoseconds{0};
    const auto due =
        std::min({timers_->first(), deadlines_.first(), rests_.first(), files_.first()});
    if (due == no_deadline)
        return cap;
    // The wait ends at or after the deadline: back ends with coarser clocks round up.
    const auto until_due = std::max(due - system::monotonic_now(), nanoseconds{0});
    return cap ? std::min(*cap, until_due) : until_due;
}

bool loop_core::left_over() const noexcept {
    return !flush_.empty() || !held_.empty() || !notices_.empty() || !changed_.empty() ||
           !doomed_.empty() || !behind_.empty() || posts_->stopped() || posts_->has_posts();
}

void loop_core::run_posts() {
    if (!posts_->has_posts())
        return;
    begin_step(step::posts);
    posts_->take(posted_); // what these post in turn waits for the next iteration
    for (auto& function : posted_) {
        guarded("posted function", [&] {
            if (function)
                function();
        });
        ++counters_.posts;
    }
    posted_.clear();
    measure(step::posts);
}

void loop_core::run_due_timers() {
    if (std::min({timers_->first(), deadlines_.first(), rests_.first()}) > now_)
        return;
    begin_step(step::timers);
    counters_.timers += timers_->run_due([this](unique_function<void()>& function) {
        guarded("timer", [&] {
            if (function)
                function();
        });
    });
    // As many as there can be: a channel that is due again at once waits for the next iteration.
    for (auto left = open_; left > 0; --left) {
        const auto index = deadlines_.take_due(now_);
        if (index == no_slot)
            break;
        check_deadline(index);
        if (dispatch_time_spent())
            break;
    }
    rests_.end_due(now_, [this](std::uint32_t index) { mark_changed(index); });
    measure(step::timers);
}

void loop_core::check_deadline(std::uint32_t index) {
    slot& s = slots_[index];
    const auto generation = s.generation;
    if (s.channel->progress_deadline() <= now_) {
        ++counters_.limit_closes;
        close(index, errc::no_progress);
        return;
    }
    if (s.deadline <= now_) {
        s.deadline = no_deadline;
        ++counters_.timeouts;
        if (s.has(flag::connecting) && !s.has(flag::datagram) && !keeps_deadline(index))
            close(index, std::make_error_code(std::errc::timed_out));
        else if (s.has(flag::lingering))
            close(index, errc::linger_limit);
        else
            guarded(index, [](dispatcher& channel) { channel.handle_timeout(); });
    }
    if (!slots_.is_live(index, generation))
        return;
    const auto next = std::min(s.deadline, s.channel->progress_deadline());
    if (next != no_deadline)
        deadlines_.expect(index, next);
}

void loop_core::serve_held_input() {
    if (held_.empty())
        return;
    begin_step(step::held_input);
    for (auto left = held_.size(); left > 0; --left) {
        const auto index = held_.take();
        if (index == no_slot || !slots_[index].is_open())
            continue;
        ++counters_.held_turns;
        serve_held(index);
        if (slots_[index].is_open())
            mark_changed(index);
        if (dispatch_time_spent())
            break;
    }
    measure(step::held_input);
}

void loop_core::serve_held(std::uint32_t index) {
    if (!guarded(index, [](dispatcher& channel) { channel.held_input_step(); }))
        return;
    const auto* layer = find_layer(index);
    if (layer != nullptr && layer->holds_input() && wants_read(slots_[index]) &&
        !guarded(index, [](dispatcher& channel) { channel.handle_read(); }))
        return;
    deliver_eof(index);
}

void loop_core::deliver_and_flush() {
    // Closing may push, flushing may close; what goes on for longer than this gets the next
    // iteration.
    constexpr int most_rounds = 16;
    budget_.emplace(options_.flush_sends, options_.flush_time);
    for (int round = 0; round < most_rounds; ++round) {
        deliver_notices();
        flush();
        const bool may_send = !budget_->spent() && (!flush_.empty() || !behind_.empty());
        if (notices_.empty() && !may_send)
            break;
    }
    if (!flush_.empty() || !behind_.empty())
        ++counters_.flushes_cut_short;
}

bool loop_core::has_work() const noexcept {
    return open_ > 0 || foreign_ > 0 || children_->pending() > 0 || closes_owed_ > 0 ||
           timers_->work() > 0 || posts_->has_posts() || guards_ > 0;
}

void loop_core::begin_run() {
    if (usage_->forked())
        throw std::system_error(errc::forked);
    if (!usage_->begin_run())
        throw std::system_error(errc::nested_run);
    step_start_ = system::monotonic_now();
}

namespace {

/// The loop runs until the end of the scope.
class running_scope {
public:
    explicit running_scope(usage_audit& usage) noexcept : usage_(usage) {}
    ~running_scope() { usage_.end_run(); }
    running_scope(const running_scope&) = delete;
    running_scope& operator=(const running_scope&) = delete;

private:
    usage_audit& usage_;
};

} // namespace

void loop_core::run_once(system::wait_limit timeout) {
    begin_run();
    const running_scope scope(*usage_);
    iterate(timeout);
}

void loop_core::run(system::wait_limit timeout, std::optional<std::size_t> count) {
    begin_run();
    const running_scope scope(*usage_);
    while ((has_work() || posts_->stopped()) && count != std::size_t{0}) {
        iterate(timeout);
        if (count)
            --*count;
        if (posts_->stopped())
            break;
    }
    posts_->clear_stop();
}

void loop_core::report(const std::exception_ptr& error) noexcept {
    try {
        if (on_error_) {
            auto function = std::move(on_error_); // it may set another one
            function(error);
            if (!on_error_)
                on_error_ = std::move(function);
            return;
        }
        std::rethrow_exception(error);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "error: reactor::loop: uncaught exception: %s\n", e.what());
    } catch (...) {
        std::fprintf(stderr, "error: reactor::loop: uncaught exception of unknown type\n");
    }
}

} // namespace detail

loop::loop(loop_options options) : core_(std::make_unique<detail::loop_core>(*this, options)) {}

loop::~loop() = default;

void loop::run(std::optional<std::chrono::nanoseconds> timeout, std::optional<std::size_t> count) {
    core_->run(timeout, count);
}

void loop::run_once(std::optional<std::chrono::nanoseconds> timeout) { core_->run_once(timeout); }

void loop::stop() noexcept { core_->posts()->stop(); }

void loop::after_fork_child() { core_->after_fork_child(); }

bool loop::has_work() const noexcept { return core_->has_work(); }

bool loop::post(unique_function<void()> function) {
    return core_->posts()->post(std::move(function));
}

loop_handle loop::handle() const noexcept { return loop_handle{core_->posts()}; }

void loop::adopt(std::unique_ptr<dispatcher> channel) {
    core_->check_usage("loop");
    core_->adopt(std::move(channel));
}

dispatcher* loop::find(channel_ref ref) const noexcept { return core_->find(ref); }

void loop::for_each(unique_function<void(dispatcher&)> function) {
    core_->check_usage("loop");
    core_->for_each(function);
}

void loop::close_all(std::error_code reason) {
    for_each([reason](dispatcher& channel) { channel.close(reason); });
}

std::size_t loop::size() const noexcept { return core_->open_channels(); }

void loop::on_signal(int signal, unique_function<void()> function) {
    core_->check_usage("loop");
    core_->signal_watch().watch(signal, std::move(function));
}

void loop::on_error(unique_function<void(std::exception_ptr)> function) {
    core_->check_usage("loop");
    core_->set_on_error(std::move(function));
}

std::chrono::nanoseconds loop::now() const noexcept { return core_->now(); }

const struct counters& loop::counters() const noexcept {
    core_->collect_findings();
    return core_->counters();
}

const flight_recorder& loop::recorder() const noexcept { return core_->recorder(); }

const char* loop::poller_name() const noexcept { return core_->kernel().name(); }

std::size_t loop::output_memory() const noexcept { return core_->output_memory(); }

bool loop_handle::post(unique_function<void()> function) const {
    return queue_->post(std::move(function));
}

void loop_handle::stop() const noexcept { queue_->stop(); }

dispatcher* loop_handle::resolve(detail::post_queue& queue, channel_ref ref) noexcept {
    return queue.core() != nullptr ? queue.core()->find(ref) : nullptr;
}

loop& loop_handle::owner(detail::post_queue& queue) noexcept { return queue.core()->owner(); }

work_guard::work_guard(loop& owner) noexcept : queue_(owner.core_->posts()) {
    owner.core_->add_guard(1);
}

work_guard::~work_guard() {
    if (queue_ && queue_->core() != nullptr)
        queue_->core()->add_guard(-1);
}

} // namespace reactor
