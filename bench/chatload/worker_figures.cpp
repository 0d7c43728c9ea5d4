// The part of a worker that counts.

#include "bench/chatload/worker.hpp"

#include "bench/measure/probe.hpp"

#include <algorithm>
#include <utility>

namespace chatload {

using std::chrono::nanoseconds;

std::vector<counts> worker::by_load() const {
    std::vector<counts> made;
    for (std::size_t i = 0; i < loads_.size(); ++i) {
        made.push_back(loads_[i]->tally().done);
        made.back().lines = lines_[i];
    }
    return made;
}

counts worker::total() const {
    counts sum;
    for (std::size_t i = 0; i < loads_.size(); ++i) {
        sum = sum + loads_[i]->tally().done;
        sum.lines += lines_[i];
    }
    return sum;
}

void worker::begin_measuring(nanoseconds now) {
    measure_from_ = now;
    at_start_ = by_load();
    second_start_ = total();
    second_ = std::make_unique<second_part>();
    used_ = {bench::thread_cpu(), bench::thread_wait()};
    for (const auto& one : loads_)
        one->measure(now);
}

std::unique_ptr<second_part> worker::cut_second() {
    auto cut = std::exchange(second_, std::make_unique<second_part>());
    const counts now = total();
    cut->done = now - second_start_;
    second_start_ = now;
    return cut;
}

void worker::end_measuring(nanoseconds now) {
    measure_to_ = now;
    at_end_ = by_load();
    used_ = {bench::thread_cpu() - used_.cpu, bench::thread_wait() - used_.wait};
}

void worker::finish() {
    for (const auto& one : loads_)
        one->finish();
    for (const auto& book : books_) {
        if (book)
            book->finish();
    }
}

violations worker::found() const {
    violations all = strays_;
    for (const auto& book : books_) {
        if (book)
            all.merge(book->found());
    }
    for (const auto& one : loads_)
        all.merge(one->found());
    return all;
}

void worker::compare_with(const worker& other) {
    for (std::size_t room = 0; room < books_.size(); ++room) {
        if (books_[room] && other.books_[room])
            books_[room]->compare_with(*other.books_[room]);
    }
}

counts worker::whole_run() const { return total(); }

void worker::add_figures(std::vector<load_figures>& loads) const {
    for (std::size_t i = 0; i < loads_.size(); ++i) {
        load_figures& sum = loads[i];
        const load_tally& part = loads_[i]->tally();
        if (i < at_start_.size() && i < at_end_.size())
            sum.done = sum.done + (at_end_[i] - at_start_[i]);
        sum.closed_stalled += part.closed_stalled;
        sum.latest_send = std::max(sum.latest_send, part.latest_send);
        for (std::size_t kind = 0; kind < timings; ++kind) {
            if (!part.times[kind])
                continue;
            auto place =
                std::find_if(sum.latencies.begin(), sum.latencies.end(),
                             [&](const latency& one) { return one.name == timing_names[kind]; });
            if (place == sum.latencies.end())
                place = sum.latencies.insert(place, {timing_names[kind], {}});
            place->times.merge(*part.times[kind]);
        }
    }
}

} // namespace chatload
