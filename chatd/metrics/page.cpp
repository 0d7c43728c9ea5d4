#include "chatd/metrics/page.hpp"

#include "chatd/counters.hpp"
#include "chatd/metrics/exposition.hpp"
#include "chatd/metrics/seconds.hpp"
#include "chatd/server.hpp"

#include <reactor/counters.hpp>
#include <reactor/version.hpp>

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <numeric>

namespace chatd {

namespace {

using kind = exposition::kind;

void put_service(exposition& page, const server& service) {
    page.single("chatd_connections", kind::gauge,
                "Connections that were let in and have not ended.",
                std::uint64_t{service.connections()});
    page.single("chatd_connections_limit", kind::gauge, "Connections that fit.",
                std::uint64_t{service.limit().max_connections});
    page.single("chatd_room_members", kind::gauge, "Sessions that are logged in.",
                std::uint64_t{service.members()});
    page.single("chatd_addresses", kind::gauge,
                "Peers' addresses that are remembered for the limits on them.",
                std::uint64_t{service.addresses()});
    page.single("chatd_accepting", kind::gauge, "1 while new connections are accepted.",
                std::uint64_t{service.accepting()});
}

/// A metric for each event, with its reasons as labels.
void put_incidents(exposition& page, const service_counters& counts) {
    for (std::size_t first = 0; first < incidents; ++first) {
        const auto event = info_of(static_cast<incident>(first)).event;
        if (first > 0 && info_of(static_cast<incident>(first - 1)).event == event)
            continue; // the enumeration has those of one event together
        page.metric(fmt::format("chatd_{}_total", event), kind::counter,
                    fmt::format("How often the log's event `{}` happened, by reason.", event));
        for (std::size_t i = first; i < incidents; ++i)
            if (const auto& info = info_of(static_cast<incident>(i)); info.event == event)
                page.sample(counts.of_incident[i], {{"reason", info.reason}});
    }
}

void put_counters(exposition& page, const server& service) {
    const service_counters& counts = service.counts();
    for (const counter_info& one : plain_counters())
        page.single(fmt::format("chatd_{}_total", one.name), kind::counter, one.help,
                    counts.*one.value);
    page.single("chatd_deliveries_total", kind::counter,
                "Lines that the room passed on, each once for each member.", service.deliveries());
    put_incidents(page, counts);
}

void put_traffic(exposition& page, const reactor::loop& loop) {
    const auto& c = loop.counters();
    page.single("chatd_received_bytes_total", kind::counter, "Bytes received, on all sockets.",
                c.bytes_in);
    page.single("chatd_sent_bytes_total", kind::counter, "Bytes that the kernel took.",
                c.bytes_out);
    page.single("chatd_receive_calls_total", kind::counter, "Receive calls.", c.reads);
    page.single("chatd_send_calls_total", kind::counter, "Send calls.", c.sends);
    page.single("chatd_output_queue_bytes", kind::gauge,
                "Memory held by output that the kernel has not taken.",
                std::uint64_t{loop.output_memory()});
    page.single("chatd_output_limit_closes_total", kind::counter,
                "Connections closed for output that was not taken.", c.limit_closes);
    page.metric("chatd_accepts_total", kind::counter, "Connections taken from the listeners.");
    page.sample(c.accepts, {{"result", "accepted"}});
    page.sample(c.accept_errors, {{"result", "error"}});
}

/// Bounds up to 8.6 s: what takes longer is beyond all of them.
void put_iteration_time(exposition& page, const reactor::counters& c) {
    constexpr std::size_t bounds = 21;
    std::array<exposition::bucket, bounds> buckets{};
    for (std::size_t i = 0; i < bounds; ++i)
        buckets[i] = {in_seconds(reactor::iteration_time_bound(i)), c.iteration_time[i]};
    const auto waited = c.step_time[static_cast<std::size_t>(reactor::step::wait)];
    const auto all = std::accumulate(c.step_time.begin(), c.step_time.end(), -waited);
    page.histogram(
        "chatd_loop_iteration_seconds", "What iterations of the event loop took, without waiting.",
        buckets, in_seconds(all),
        std::accumulate(c.iteration_time.begin(), c.iteration_time.end(), std::uint64_t{0}));
}

void put_loop(exposition& page, const reactor::loop& loop) {
    const auto& c = loop.counters();
    put_iteration_time(page, c);
    page.single("chatd_loop_longest_iteration_seconds", kind::gauge,
                "The longest iteration since the start.", in_seconds(c.longest_iteration));
    page.metric("chatd_loop_step_seconds_total", kind::counter,
                "Time spent in each step of the iteration.");
    for (std::size_t i = 0; i < reactor::step_count; ++i)
        page.sample(in_seconds(c.step_time[i]),
                    {{"step", reactor::name_of(static_cast<reactor::step>(i))}});
    page.metric("chatd_loop_wakeups_total", kind::counter,
                "What the loop woke up for: ready sockets (event), signals and other threads "
                "(interrupt), posted functions, timers, deadlines of connections, held input.");
    page.sample(c.events, {{"cause", "event"}});
    page.sample(c.wakeups, {{"cause", "interrupt"}});
    page.sample(c.posts, {{"cause", "post"}});
    page.sample(c.timers, {{"cause", "timer"}});
    page.sample(c.timeouts, {{"cause", "deadline"}});
    page.sample(c.held_turns, {{"cause", "held_input"}});
    page.single("chatd_loop_channels", kind::gauge, "Open channels of the loop.",
                std::uint64_t{loop.size()});
    page.single("chatd_loop_closes_total", kind::counter, "Channels that have ended.", c.closes);
    page.single("chatd_loop_flushes_cut_short_total", kind::counter,
                "Flushes that ended by their budget.", c.flushes_cut_short);
    page.single("chatd_loop_exceptions_total", kind::counter,
                "Exceptions that escaped to the loop; each is a bug.", c.exceptions);
}

void put_process(exposition& page, const process_facts& process) {
    page.single("process_start_time_seconds", kind::gauge,
                "When the process started, in seconds since 1970.", process.start_time().count());
    page.single("chatd_uptime_seconds", kind::gauge, "Since the process started.",
                process.uptime().count());
    page.single("process_cpu_seconds_total", kind::counter, "Processor time, user and system.",
                in_seconds(process_facts::processor_time()));
    page.single("process_open_fds", kind::gauge, "Open descriptors.", process.open_descriptors());
    if (const auto limit = process_facts::descriptor_limit())
        page.single("process_max_fds", kind::gauge, "The limit on open descriptors.", *limit);
    if (const auto memory = process_facts::memory_now()) {
        page.single("process_resident_memory_bytes", kind::gauge, "Resident memory.",
                    memory->resident);
        page.single("process_virtual_memory_bytes", kind::gauge, "Virtual memory.",
                    memory->virtual_size);
    }
}

void put_http(exposition& page, const http_counters& http) {
    page.single("chatd_http_connections_total", kind::counter, "Connections to this HTTP port.",
                http.connections);
    page.metric("chatd_http_requests_total", kind::counter,
                "What became of requests and connections to this HTTP port.");
    page.sample(http.requests, {{"result", "answered"}});
    page.sample(http.refused, {{"result", "refused"}});
    page.sample(http.timed_out, {{"result", "timed_out"}});
    page.sample(http.evicted, {{"result", "evicted"}});
    page.sample(http.idle, {{"result", "idle"}});
    page.sample(http.used_up, {{"result", "used_up"}});
}

} // namespace

std::string metrics_page(const page_sources& from) {
    exposition page;
    page.metric("chatd_build_info", kind::gauge, "1, with the version and the poller in use.");
    page.sample(std::uint64_t{1},
                {{"version", reactor::version}, {"poller", from.loop.poller_name()}});
    put_service(page, from.service);
    put_counters(page, from.service);
    put_traffic(page, from.loop);
    put_loop(page, from.loop);
    put_process(page, from.process);
    put_http(page, from.http);
    return page.text();
}

} // namespace chatd
