#include "bench/reactor-bench/results.hpp"

#include "bench/measure/statistics.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstddef>

namespace reactor_bench {

namespace {

using json = nlohmann::ordered_json;

json figure_json(const std::vector<double>& rounds) {
    const auto found = bench::spread_of(rounds);
    if (found.runs == 0)
        return nullptr;
    json values = json::array();
    for (const double each : rounds) {
        if (std::isfinite(each))
            values.push_back(each);
    }
    return {{"median", found.median}, {"low", found.low}, {"high", found.high}, {"rounds", values}};
}

json peer_json(const benchmark& what, const peer_figures& of) {
    json figures = json::object();
    for (std::size_t i = 0; i < what.figures.size(); ++i)
        figures[what.figures[i].name] = figure_json(of.rounds[i]);
    json made{{"loop", of.peer}, {"figures", std::move(figures)}};
    if (!of.failure.empty())
        made["failure"] = of.failure;
    return made;
}

json setting_json(const benchmark& what, const setting_results& found) {
    json parameters = json::object();
    for (const auto& [name, value] : found.chosen.values())
        parameters[name] = value;
    json loops = json::array();
    for (const auto& each : found.peers)
        loops.push_back(peer_json(what, each));
    return {{"parameters", std::move(parameters)}, {"loops", std::move(loops)}};
}

json benchmark_json(const benchmark_results& found) {
    json kinds = json::array();
    for (const auto& each : found.what->figures)
        kinds.push_back({{"name", each.name},
                         {"unit", each.unit},
                         {"better", each.more_is_better ? "more" : "less"}});
    json settings = json::array();
    for (const auto& each : found.settings)
        settings.push_back(setting_json(*found.what, each));
    json made{{"name", found.what->name},
              {"about", found.what->about},
              {"figures", std::move(kinds)},
              {"settings", std::move(settings)}};
    if (!found.instructions.empty())
        made["instructions"] = found.instructions;
    return made;
}

} // namespace

json to_json(const results& found) {
    json loops = json::array();
    for (const peer* each : found.loops)
        loops.push_back({{"name", each->name}, {"version", each->version}});
    json missing = json::array();
    for (const auto& each : missing_peers())
        missing.push_back({{"name", each.name}, {"package", each.package}});
    json benchmarks = json::array();
    for (const auto& each : found.benchmarks)
        benchmarks.push_back(benchmark_json(each));
    return {{"schema", "reactor-bench/1"},
            {"partial", found.interrupted || found.failed()},
            {"environment",
             {{"program", found.where.program},
              {"started", found.where.started},
              {"kernel", found.where.kernel},
              {"cpu", found.where.cpu},
              {"cores", found.where.cores}}},
            {"rounds", found.rounds},
            {"scale", found.scale},
            {"loops", std::move(loops)},
            {"missing_loops", std::move(missing)},
            {"benchmarks", std::move(benchmarks)}};
}

} // namespace reactor_bench
