#include "bench/contest/spread_json.hpp"
#include "bench/goal-table/output.hpp"

#include <nlohmann/json.hpp>

namespace goals {

namespace {

using json = nlohmann::ordered_json;

using contest::spread_json;

json row_json(const row& goal, const std::vector<trial>& all) {
    const finding found = judge(goal, all);
    json made{{"name", goal.name}, {"goal", goal.goal}, {"verdict", to_string(found.is)}};
    for (std::size_t i = 0; i < places; ++i)
        made["figures"][to_string(static_cast<place>(i))] = spread_json(found.figures[i]);
    made["bounds"] = json::array();
    for (std::size_t i = 0; i < goal.bounds.size(); ++i)
        made["bounds"].push_back({{"to", to_string(goal.bounds[i].to)},
                                  {"limit", goal.bounds[i].limit},
                                  {"found", spread_json(found.against[i])}});
    if (!found.failure.empty())
        made["failure"] = found.failure;
    return made;
}

json trial_json(const trial& one) {
    json made{{"server", one.who.server},
              {"options", one.who.options},
              {"scenario", one.who.load},
              {"duration_ms", one.who.duration.count()},
              {"repeat", one.repeat}};
    if (!one.found) {
        made["failure"] = one.failure;
        return made;
    }
    const measured& of = *one.found;
    made["cpu_ns"] = contest::number_json(of.cpu);
    made["cpu_ns_per_delivery"] = contest::number_json(of.cpu_a_delivery);
    made["system_calls_per_delivery"] = contest::number_json(of.calls_a_delivery);
    made["latency_p99_ns"] = contest::number_json(of.p99);
    made["bytes_per_session"] = contest::number_json(of.session_bytes);
    made["unshared_bytes_per_stalled"] = contest::number_json(of.unshared_bytes);
    made["longest_iteration_ns"] = contest::number_json(of.longest_iteration);
    made["generator_held_up_share"] = contest::number_json(of.held_up);
    return made;
}

} // namespace

nlohmann::ordered_json to_json(const results& all) {
    json made{{"schema", "goals/1"},
              {"environment",
               {{"program", all.machine.program},
                {"started", all.machine.started},
                {"kernel", all.machine.kernel},
                {"cpu", all.machine.cpu},
                {"cores", all.machine.cores}}},
              {"repeats", all.repeats},
              {"partial", all.partial},
              {"rate_per_s", all.rate ? json(*all.rate) : json(nullptr)},
              {"notes", all.notes},
              {"rows", json::array()},
              {"trials", json::array()}};
    for (const row& goal : all.rows)
        made["rows"].push_back(row_json(goal, all.trials));
    for (const trial& one : all.trials)
        made["trials"].push_back(trial_json(one));
    return made;
}

} // namespace goals
