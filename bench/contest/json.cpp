#include "bench/contest/output.hpp"
#include "bench/contest/results.hpp"
#include "bench/contest/spread_json.hpp"

#include <nlohmann/json.hpp>

namespace contest {

namespace {

using json = nlohmann::ordered_json;

struct named_figure {
    const char* name;
    figure what;
};
constexpr named_figure all_figures[] = {{"cpu_ns_per_delivery", cpu_of},
                                        {"latency_p50_ns", p50_of},
                                        {"latency_p99_ns", p99_of},
                                        {"bytes_per_session", memory_of},
                                        {"deliveries_per_second", deliveries_of}};

json showing_json(const results& all, const showing& shown) {
    json made{{"server", all.servers[shown.server()].name},
              {"trials", shown.trials()},
              {"failed", shown.failed()}};
    if (shown.failed() > 0)
        made["first_failure"] = shown.first_failure();
    for (const auto& [name, what] : all_figures)
        made[name] = spread_json(shown.of(what));
    for (const auto& [name, what] : all_figures)
        made["to_yardstick"][name] = spread_json(shown.to_yardstick(what));
    return made;
}

json outcome_json(const results& all, const outcome& one) {
    json made{{"server", all.servers[one.which.server].name},
              {"members", all.settings[one.which.setting].members},
              {"idle", all.settings[one.which.setting].idle},
              {"repeat", one.which.repeat}};
    if (!one.measured) {
        made["failure"] = one.failure;
        return made;
    }
    for (const auto& [name, what] : all_figures)
        made[name] = number_json(what(*one.measured));
    made["generator_cpu_share"] = one.measured->generator;
    made["generator_held_up_share"] = one.measured->held_up;
    return made;
}

} // namespace

json to_json(const results& all) {
    json made{{"schema", "shootout/1"},
              {"environment",
               {{"program", all.machine.program},
                {"started", all.machine.started},
                {"kernel", all.machine.kernel},
                {"cpu", all.machine.cpu},
                {"cores", all.machine.cores}}},
              {"repeats", all.repeats},
              {"duration_ms", all.duration.count()},
              {"partial", all.partial},
              {"notes", all.notes},
              {"warnings", warnings_of(all)},
              {"servers", json::array()},
              {"settings", json::array()},
              {"trials", json::array()}};
    for (const auto& server : all.servers)
        made["servers"].push_back({{"name", server.name}, {"version", server.version}});
    for (std::size_t i = 0; i < all.settings.size(); ++i) {
        json setting{{"members", all.settings[i].members},
                     {"idle", all.settings[i].idle},
                     {"showings", json::array()}};
        for (const showing& one : showings_in(all, i))
            setting["showings"].push_back(showing_json(all, one));
        made["settings"].push_back(std::move(setting));
    }
    for (const outcome& one : all.outcomes)
        made["trials"].push_back(outcome_json(all, one));
    return made;
}

} // namespace contest
