#include "bench/measure/axis.hpp"

#include "bench/measure/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace bench {

namespace {

/// Each further nine is one step.
double nines(double percentile) { return -std::log10(1 - percentile / 100); }

std::string short_number(double value) {
    constexpr std::array<const char*, 4> scales = {"", " k", " M", " G"};
    std::size_t scale = 0;
    for (; std::abs(value) >= 1000 && scale + 1 < scales.size(); ++scale)
        value /= 1000;
    return fmt::format("{:.4g}{}", value, scales[scale]);
}

std::string short_size(double bytes) {
    constexpr std::array<const char*, 4> scales = {"B", "KiB", "MiB", "GiB"};
    std::size_t scale = 0;
    for (; std::abs(bytes) >= 1024 && scale + 1 < scales.size(); ++scale)
        bytes /= 1024;
    return fmt::format("{:.4g} {}", bytes, scales[scale]);
}

/// The least of 1, 2, 5, 10, 20 ... that is no less than `least`.
double round_up(double least) {
    const double decade = std::pow(10, std::floor(std::log10(least)));
    for (const double step : {1.0, 2.0, 5.0, 10.0}) {
        if (step * decade >= least * (1 - 1e-9))
            return step * decade;
    }
    return 10 * decade;
}

/// What round numbers of a unit are multiples of.
double base_of(unit in, double high) {
    double base = in == unit::share ? 0.01 : 1;
    if (in == unit::bytes) {
        while (high / base >= 1024)
            base *= 1024;
    }
    return base;
}

} // namespace

std::string axis_text(double value, unit in) {
    switch (in) {
    case unit::nanoseconds:
        return duration(value);
    case unit::seconds:
        return fmt::format("{:.4g} s", value);
    case unit::bytes:
        return short_size(value);
    case unit::share:
        return fmt::format("{:.4g} %", value * 100);
    case unit::percentile:
        return fmt::format("{:.7g} %", value);
    case unit::number:
        break;
    }
    return short_number(value);
}

axis_map::axis_map(const axis& of, double low, double high, double from, double to, int ticks)
    : in_(of.in), by_(of.by), from_(from), to_(to) {
    constexpr double wide = 30;
    if (by_ == scale::fit)
        by_ = low > 0 && high > wide * low ? scale::log : scale::linear;
    if (in_ == unit::percentile)
        fit_percentile(high);
    else if (by_ == scale::log && high > 0)
        fit_log(low, high);
    else
        fit_linear(high, ticks);
}

void axis_map::fit_linear(double high, int ticks) {
    by_ = scale::linear;
    if (!(high > 0))
        high = 1;
    const double base = base_of(in_, high);
    const double step = round_up(high / base / ticks) * base;
    const double steps = std::ceil(high / step - 1e-9);
    high_ = steps * step;
    for (int i = 0; i <= static_cast<int>(steps); ++i)
        add_tick(i * step);
}

void axis_map::fit_log(double low, double high) {
    constexpr double most_decades = 9; // what lies further below is drawn at the edge
    low = std::max(low, high / std::pow(10, most_decades));
    low_ = std::floor(std::log10(low) + 1e-9);
    high_ = std::max(std::ceil(std::log10(high) - 1e-9), low_ + 1);
    for (double decade = low_; decade <= high_; ++decade)
        add_tick(std::pow(10, decade));
}

void axis_map::fit_percentile(double high) {
    constexpr double most_nines = 6;
    high_ = std::clamp(high < 100 ? nines(high) : most_nines, 1.0, most_nines);
    for (const double percentile : {50.0, 90.0, 99.0, 99.9, 99.99, 99.999, 99.9999}) {
        if (nines(percentile) <= high_ + 1e-9)
            ticks_.push_back({at(percentile), fmt::format("{:.7g}", percentile)});
    }
}

void axis_map::add_tick(double value) { ticks_.push_back({at(value), axis_text(value, in_)}); }

double axis_map::at(double value) const {
    double place = value;
    if (in_ == unit::percentile)
        place = value < 100 ? nines(value) : high_;
    else if (by_ == scale::log)
        place = value > 0 ? std::log10(value) : low_;
    place = std::clamp(place, low_, high_);
    return from_ + (place - low_) / (high_ - low_) * (to_ - from_);
}

} // namespace bench
