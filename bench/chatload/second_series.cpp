#include "bench/chatload/second_series.hpp"

#include "bench/measure/probe.hpp"

namespace chatload {

using std::chrono::nanoseconds;

void second_series::begin(nanoseconds now) {
    begin_ = now;
    last_cut_ = now;
    own_cpu_ = bench::own_cpu();
}

void second_series::cut(nanoseconds now, std::uint32_t connected, std::size_t parts,
                        std::optional<server_watch>& server) {
    pending& made = pending_.emplace_back();
    made.missing = parts;
    made.figures.at = now - begin_;
    made.figures.connected = connected;
    if (server)
        server->look(made.figures);
    const nanoseconds cpu = bench::own_cpu();
    if (now > last_cut_)
        made.figures.own_cpu_share = static_cast<double>((cpu - own_cpu_).count()) /
                                     static_cast<double>((now - last_cut_).count());
    own_cpu_ = cpu;
    last_cut_ = now;
}

void second_series::add(std::size_t thread, std::unique_ptr<second_part> part) {
    if (from_thread_.size() <= thread)
        from_thread_.resize(thread + 1);
    pending& second = pending_[from_thread_[thread]++ - first_pending_];
    second.figures.done = second.figures.done + part->done;
    second.times.merge(part->times);
    if (--second.missing > 0)
        return;
    second_figures& figures = second.figures;
    figures.p50 = second.times.percentile(50);
    figures.p99 = second.times.percentile(99);
    figures.max = second.times.max();
    complete_.push_back(figures);
    pending_.pop_front(); // parts of one thread come in order, so the oldest is complete first
    ++first_pending_;
}

} // namespace chatload
