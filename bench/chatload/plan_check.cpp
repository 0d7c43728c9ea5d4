#include "bench/chatload/plan_check.hpp"

#include "bench/chatload/line_format.hpp"
#include "bench/chatload/protocols/protocol.hpp"
#include "bench/chatload/source_address.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace chatload {

namespace {

using fault = std::optional<plan_fault>;

std::uint64_t clients_of(const load& one) {
    return std::uint64_t{one.clients} * (one.kind == workload::rooms ? one.rooms : 1);
}

bool talks(const load& one) {
    return one.kind == workload::fan_out || one.kind == workload::rooms ||
           one.kind == workload::stalled;
}

fault check_load(const load& one, std::size_t index, const protocol_traits& server) {
    if (one.clients == 0)
        return plan_fault{index, "clients", "there must be one at least"};
    if (talks(one) && !server.echoes && one.clients < 2)
        return plan_fault{index, "clients",
                          fmt::format("{} does not give a client its own lines; give 2, so that "
                                      "another one gets them",
                                      server.name)};
    if (talks(one) && one.senders > one.clients)
        return plan_fault{index, "senders",
                          fmt::format("{} is more than the {} clients{}", one.senders, one.clients,
                                      one.kind == workload::rooms ? " of a room" : "")};
    if (one.kind == workload::rooms && one.rooms > 1 && server.one_room)
        return plan_fault{index, "rooms",
                          fmt::format("{} has one room; give 1, or another protocol", server.name)};
    if (one.kind == workload::churn && one.rate <= 0)
        return plan_fault{index, "rate", "churn needs one: visits a second"};
    if (one.kind == workload::stalled) {
        const double stops = std::round(one.share * one.clients);
        if (stops > one.clients - one.senders)
            return plan_fault{
                index, "share",
                fmt::format("{:g} of {} clients is too much: {} of them must read, the senders",
                            one.share, one.clients, one.senders)};
    }
    return {};
}

fault check_count(const plan& asked) {
    std::uint64_t clients = 0;
    for (std::size_t i = 0; i < asked.loads.size(); ++i) {
        const load& one = asked.loads[i];
        if (one.kind == workload::churn || (one.kind == workload::idle && !one.logged_in))
            continue; // has no names, or only while it visits
        clients += clients_of(one);
        if (clients > line_format::max_clients)
            return plan_fault{i, "clients",
                              fmt::format("{} in all are more than the {} of one run", clients,
                                          line_format::max_clients)};
    }
    return {};
}

fault check_threads(const plan& asked) {
    std::uint64_t clients = 0;
    for (const load& one : asked.loads)
        clients += clients_of(one);
    if (asked.threads == 0)
        return plan_fault{std::nullopt, "threads", "there must be one at least"};
    if (asked.threads > std::max<std::uint64_t>(clients, 1))
        return plan_fault{std::nullopt, "threads",
                          fmt::format("{} is more than the {} clients", asked.threads, clients)};
    return {};
}

fault check_sources(const plan& asked) {
    if (asked.sources.empty())
        return {};
    if (asked.server.family() == AF_UNIX)
        return plan_fault{std::nullopt, "source", "a UNIX socket is connected to from nowhere"};
    const bool server_v6 = asked.server.family() == AF_INET6;
    for (const std::string& source : asked.sources) {
        if ((source.find(':') != std::string::npos) != server_v6)
            return plan_fault{std::nullopt, "source",
                              fmt::format("{} cannot reach {}; give an IPv{} address", source,
                                          asked.server.to_string(), server_v6 ? 6 : 4)};
        if (!read_source(source))
            return plan_fault{std::nullopt, "source",
                              fmt::format("'{}' is no numeric address", source)};
    }
    return {};
}

} // namespace

std::optional<plan_fault> validate_plan(const plan& asked) {
    const auto server = make_protocol(asked.protocol);
    if (!server)
        return plan_fault{std::nullopt, "protocol",
                          fmt::format("'{}' is not one of {}", asked.protocol,
                                      fmt::join(protocol_names(), ", "))};
    if (asked.loads.empty())
        return plan_fault{std::nullopt, "load", "there is none, so nothing to do"};
    for (std::size_t i = 0; i < asked.loads.size(); ++i) {
        if (auto wrong = check_load(asked.loads[i], i, server->traits()))
            return wrong;
    }
    const std::size_t longest = server->traits().longest_line;
    if (longest > 0 && asked.size > longest)
        return plan_fault{std::nullopt, "size",
                          fmt::format("{} is more than the {} bytes of a line that surely pass {}",
                                      asked.size, longest, asked.protocol)};
    if (auto wrong = check_count(asked))
        return wrong;
    if (auto wrong = check_threads(asked))
        return wrong;
    return check_sources(asked);
}

std::string why_not(const plan& asked) {
    const fault wrong = validate_plan(asked);
    if (!wrong)
        return {};
    const std::string load =
        wrong->load ? fmt::format("load {}: ", asked.loads[*wrong->load].name) : "";
    return fmt::format("{}{}: {}", load, wrong->setting, wrong->what);
}

} // namespace chatload
