#include "bench/reactor-bench/setting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace reactor_bench {

namespace {

std::uint64_t scaled(const parameter& what, std::uint64_t value, double scale) {
    if (!what.amount)
        return value;
    const double wanted = std::round(static_cast<double>(value) * scale);
    return static_cast<std::uint64_t>(
        std::clamp(wanted, static_cast<double>(what.least), static_cast<double>(what.most)));
}

} // namespace

std::uint64_t setting::operator[](std::string_view name) const {
    for (const auto& [key, value] : values_) {
        if (key == name)
            return value;
    }
    throw std::out_of_range(fmt::format("no parameter {}", name));
}

std::vector<setting> settings_of(const std::vector<parameter>& parameters, double scale) {
    std::vector<setting> all(1);
    for (const auto& each : parameters) {
        std::vector<setting> more;
        for (const auto& so_far : all) {
            for (const auto value : each.values) {
                more.push_back(so_far);
                more.back().add(each.name, scaled(each, value, scale));
            }
        }
        all = std::move(more);
    }
    return all;
}

std::string to_text(const setting& chosen) {
    std::string text;
    for (const auto& [name, value] : chosen.values())
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, value);
    return text;
}

} // namespace reactor_bench
