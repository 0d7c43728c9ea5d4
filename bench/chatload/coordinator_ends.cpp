// The part of the coordinator that is done before the threads start and when they have ended.

#include "bench/chatload/coordinator.hpp"

#include "bench/chatload/plan_check.hpp"
#include "bench/chatload/source_address.hpp"
#include "bench/measure/probe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace chatload {

namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr std::uint64_t spare_descriptors = 32;
constexpr std::uint64_t descriptors_of_thread = 4;

} // namespace

bool runner::coordinator::prepare() {
    if (std::string why = why_not(asked_); !why.empty()) {
        fail(std::move(why));
        return false;
    }
    if (asked_.server_pid > 0) {
        server_.emplace(asked_.server_pid);
        if (!server_->there()) {
            fail(
                fmt::format("process {} does not exist or cannot be looked at", asked_.server_pid));
            return false;
        }
    }
    shared_ = std::make_unique<run_context>(asked_, *this);
    for (const role& one : shared_->people.roles)
        ++(one.late ? late_ : early_);
    only_late_ = std::all_of(asked_.loads.begin(), asked_.loads.end(),
                             [](const load& one) {
                                 return one.kind == workload::storm || one.kind == workload::idle;
                             }) &&
                 late_ > 0;
    if (!enough_descriptors())
        return false;
    for (std::uint32_t i = 0; i < asked_.threads; ++i)
        workers_.push_back(std::make_unique<worker>(*shared_, i));
    // Every reader has its place: what all of them have passed need not be kept.
    for (const role& one : shared_->people.roles) {
        if (one.sender)
            shared_->who.find(one.number)->times.forget_start();
    }
    return true;
}

bool runner::coordinator::enough_descriptors() {
    std::uint64_t wanted =
        shared_->people.roles.size() + spare_descriptors + descriptors_of_thread * asked_.threads;
    for (const load& one : asked_.loads) {
        if (one.kind == workload::churn)
            wanted += one.clients;
    }
    const std::uint64_t limit = bench::raise_descriptor_limit();
    if (limit < wanted)
        fail(why_not_so_many(wanted, limit));
    return limit >= wanted;
}

void runner::coordinator::put_together() {
    if (judged_) {
        for (const auto& one : workers_)
            one->finish();
        // Each room is in threads that follow each other.
        const std::size_t pairs = workers_.size() > 2 ? workers_.size() : workers_.size() - 1;
        for (std::size_t i = 0; i < pairs; ++i)
            workers_[i]->compare_with(*workers_[(i + 1) % workers_.size()]);
    }
    nanoseconds busiest{};
    for (const auto& one : workers_) {
        one->add_figures(made_.loads);
        made_.whole_run = made_.whole_run + one->whole_run();
        made_.found.merge(one->found());
        made_.generator.wait += one->used().wait;
        busiest = std::max(busiest, one->used().cpu);
    }
    for (const load_figures& one : made_.loads)
        made_.done = made_.done + one.done;
    if (made_.measured > 0ns)
        made_.generator.busiest_thread =
            static_cast<double>(busiest.count()) / static_cast<double>(made_.measured.count());
    made_.seconds = seconds_.complete();
    if (server_)
        made_.server = server_->figures();
}

} // namespace chatload
