#include "bench/chatload/plan_text.hpp"

#include "bench/measure/figures.hpp"

#include <fmt/format.h>

namespace chatload {

namespace {

using bench::plural;

std::string pace(const load& of, const char* what) {
    if (of.rate > 0)
        return fmt::format("{:g} {}/s", of.rate, what);
    return fmt::format("window {}", of.window);
}

std::string talk(const load& of) {
    return fmt::format("{}, {}, {}", plural(of.clients, "client"), plural(of.senders, "sender"),
                       pace(of, "lines"));
}

} // namespace

std::string load_text(const load& of) {
    switch (of.kind) {
    case workload::fan_out:
        return talk(of);
    case workload::rooms:
        return fmt::format("{} of {}, {} in each, {}", plural(of.rooms, "room"),
                           plural(of.clients, "client"), plural(of.senders, "sender"),
                           pace(of, "lines"));
    case workload::ping:
        return fmt::format("{}, {}", plural(of.clients, "client"), pace(of, "questions"));
    case workload::churn:
        return fmt::format("{:g} visits/s", of.rate);
    case workload::idle:
        return fmt::format("{}, {}logged in", plural(of.clients, "idle connection"),
                           of.logged_in ? "" : "not ");
    case workload::stalled:
        return fmt::format("{}; {} of the readers stop reading", talk(of),
                           bench::percent(of.share));
    case workload::storm:
        return fmt::format("{} at once", plural(of.clients, "login"));
    }
    return {};
}

std::string setting_text(const plan& of) {
    std::string text = fmt::format("{}-byte lines, {} after {} of warm-up", of.size,
                                   bench::duration(of.duration), bench::duration(of.warm_up));
    if (of.threads > 1)
        text += fmt::format(", {} threads", of.threads);
    if (!of.sources.empty())
        text += fmt::format(", from {}", of.sources.size() == 1
                                             ? of.sources.front()
                                             : fmt::format("{} addresses", of.sources.size()));
    return text;
}

std::string server_text(const plan& of) {
    return fmt::format("{} ({})", of.server.to_string(), of.protocol);
}

} // namespace chatload
