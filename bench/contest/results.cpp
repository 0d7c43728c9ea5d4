#include "bench/contest/results.hpp"

#include "bench/contest/contender.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace contest {

namespace {

const figures* yardstick_of(const results& all, const trial& same) {
    for (const outcome& one : all.outcomes)
        if (one.measured && one.which.setting == same.setting && one.which.repeat == same.repeat &&
            all.servers[one.which.server].name == denominator)
            return &*one.measured;
    return nullptr;
}

} // namespace

double cpu_of(const figures& of) { return of.cpu; }
double p50_of(const figures& of) { return of.p50; }
double p99_of(const figures& of) { return of.p99; }
double memory_of(const figures& of) {
    return of.memory.value_or(std::numeric_limits<double>::quiet_NaN());
}
double deliveries_of(const figures& of) { return of.deliveries; }

showing::showing(const results& all, std::size_t server, std::size_t setting) : server_(server) {
    for (const outcome& one : all.outcomes) {
        if (one.which.server != server || one.which.setting != setting)
            continue;
        ++trials_;
        if (one.measured)
            pairs_.push_back({*one.measured, yardstick_of(all, one.which)});
        else
            failures_.push_back(one.failure);
    }
}

bench::spread showing::of(figure what) const {
    std::vector<double> values;
    for (const pair& one : pairs_)
        values.push_back(what(one.own));
    return bench::spread_of(values);
}

bench::spread showing::to_yardstick(figure what) const {
    std::vector<double> values;
    for (const pair& one : pairs_)
        if (one.yardstick != nullptr)
            values.push_back(what(one.own) / what(*one.yardstick)); // of nothing: no number
    return bench::spread_of(values);
}

std::vector<showing> showings_in(const results& all, std::size_t setting) {
    std::vector<showing> found;
    for (std::size_t server = 0; server < all.servers.size(); ++server) {
        showing one(all, server, setting);
        if (one.trials() > 0)
            found.push_back(std::move(one));
    }
    return found;
}

std::vector<std::string> warnings_of(const results& all) {
    constexpr double most_held_up = 0.1;
    constexpr double most_used = 0.9;
    std::size_t measured = 0;
    std::size_t held_up = 0;
    std::size_t used_up = 0;
    for (const outcome& one : all.outcomes) {
        if (!one.measured)
            continue;
        ++measured;
        held_up += one.measured->held_up > most_held_up ? 1 : 0;
        used_up += one.measured->generator > most_used ? 1 : 0;
    }
    std::vector<std::string> lines;
    if (held_up > 0)
        lines.push_back(fmt::format("In {} of {} trials other processes held the load's core up: "
                                    "latencies are theirs, and costs vary.",
                                    held_up, measured));
    if (used_up > 0)
        lines.push_back(fmt::format("In {} of {} trials the load generator had no more to give: "
                                    "latencies are its own.",
                                    used_up, measured));
    return lines;
}

bool complete(const results& all) {
    const auto measured = [](const outcome& one) { return one.measured.has_value(); };
    return !all.partial && !all.outcomes.empty() &&
           std::all_of(all.outcomes.begin(), all.outcomes.end(), measured);
}

} // namespace contest
