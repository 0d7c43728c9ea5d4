#include "bench/goal-table/row.hpp"

#include <fmt/format.h>

#include <utility>

namespace goals {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

/// Windows make the server's wake-ups, so these are closed loops.
std::string fan_out(unsigned members, unsigned window) {
    return fmt::format("[talk]\nworkload = fan-out\nclients = {}\nwindow = {}\n", members, window);
}

entrant chatd(std::string load, milliseconds duration) {
    return {"chatd", {}, std::move(load), duration};
}

entrant yardstick(std::string load, milliseconds duration) {
    return {"yardstick", {}, std::move(load), duration};
}

row start(std::string name, std::string goal, double measured::*figure) {
    row made;
    made.name = std::move(name);
    made.goal = std::move(goal);
    made.figure = figure;
    return made;
}

row& put(row& into, place where, entrant who) {
    into.by_place[static_cast<std::size_t>(where)] = std::move(who);
    return into;
}

row cpu_row(unsigned members, unsigned window, milliseconds duration) {
    row made =
        start(fmt::format("window-{}-{}", window, members),
              fmt::format("CPU a delivery, {} members, window {}: <= {}", members, window,
                          window == 1 ? "1.05 x yardstick" : "1.15 x yardstick, < 0.5 x redis"),
              &measured::cpu_a_delivery);
    const std::string load = fan_out(members, window);
    put(made, place::yardstick, yardstick(load, duration));
    put(made, place::ours, chatd(load, duration));
    made.bounds = {{place::yardstick, window == 1 ? 1.05 : 1.15}};
    if (window > 1) {
        put(made, place::redis, {"redis", {}, load, duration});
        made.bounds.push_back({place::redis, 0.5, true});
    }
    return made;
}

row idle_row(unsigned idle, milliseconds duration) {
    row made = start(
        fmt::format("idle-{}", idle),
        fmt::format("CPU a delivery, 100 members beside {} not logged in: <= 1.05 x none", idle),
        &measured::cpu_a_delivery);
    put(made, place::undisturbed, chatd(fan_out(100, 64), duration));
    put(made, place::ours,
        chatd(fan_out(100, 64) + fmt::format("[idle]\nclients = {}\n", idle), duration));
    made.bounds = {{place::undisturbed, 1.05}};
    return made;
}

/// The rate is half of what the weaker of the two can hold.
row latency_row() {
    row made =
        start("latency", "p99, 100 of 1000 speak, at half of the highest rate: <= 1.5 x yardstick",
              &measured::p99);
    const std::string load = "[talk]\nworkload = fan-out\nclients = 1000\nsenders = 100\n";
    for (const auto& [where, server] :
         {std::pair{place::yardstick, "yardstick"}, std::pair{place::ours, "chatd"}})
        put(made, where, {server, {}, load, 5s, true});
    made.bounds = {{place::yardstick, 1.5}};
    return made;
}

std::vector<row> storm_rows() {
    // The storm ends the measuring, not the time, and has a thread to itself.
    const std::string load = "threads = 2\n[talk]\nworkload = fan-out\nclients = 100\nrate = 100\n"
                             "[storm]\nclients = 5000\n";
    row cpu = start("storm-cpu", "CPU, 5000 storm into a room of 100: <= 1.3 x yardstick",
                    &measured::cpu);
    put(cpu, place::yardstick, yardstick(load, 1s));
    put(cpu, place::ours, chatd(load, 1s));
    cpu.bounds = {{place::yardstick, 1.3}};
    row p99 = cpu;
    p99.name = "storm-p99";
    p99.goal = "p99 of those who talk meanwhile: < 50 ms";
    p99.figure = &measured::p99;
    p99.bounds = {{place::ours, 50e6, true}};
    return {std::move(cpu), std::move(p99)};
}

row hose_row(const char* name, const char* what, std::vector<std::string> options) {
    const std::string ping = "[ping]\nclients = 99\nrate = 1000\n";
    row made =
        start(name, fmt::format("p99 of 99 who ask beside a firehose{}: < 2 x without", what),
              &measured::p99);
    put(made, place::undisturbed, chatd(ping, 3s));
    entrant flooded = chatd(ping + "[firehose]\nworkload = fan-out\nclients = 1\n", 3s);
    flooded.options = std::move(options);
    put(made, place::ours, std::move(flooded));
    made.bounds = {{place::undisturbed, 2, true}};
    return made;
}

row stalled_row() {
    row made = start("stalled-p99", "p99 of others, a tenth of 200 does not read: < 2 x without",
                     &measured::p99);
    const std::string room = "clients = 200\nrate = 500\n";
    put(made, place::undisturbed, chatd("[talk]\nworkload = fan-out\n" + room, 4s));
    put(made, place::ours, chatd("[talk]\nworkload = stalled\nshare = 0.1\n" + room, 4s));
    made.bounds = {{place::undisturbed, 2, true}};
    return made;
}

/// The kernel takes the first 200 KiB or so for each; what is said after that the server holds.
row stalled_memory_row() {
    row made =
        start("stalled-memory", "growth a member, 1000 stalled, less what was said once: <= 200 B",
              &measured::unshared_bytes);
    made.in = unit::bytes;
    put(made, place::ours,
        chatd("[talk]\nworkload = stalled\nclients = 1002\nshare = 0.998\nrate = 1024\n", 8s));
    made.bounds = {{place::ours, 200}};
    made.note = "resident memory; 512 KiB are said, of which the kernel takes a part";
    return made;
}

row memory_row() {
    row made = start("memory", "memory of an idle session, 15000 logged in: <= 512 B",
                     &measured::session_bytes);
    made.in = unit::bytes;
    put(made, place::ours, chatd("[idle]\nclients = 15000\nlogged-in = true\n", 1s));
    made.bounds = {{place::ours, 512}};
    made.most_repeats = 1;
    made.note = "resident memory, with what the allocator and the logins left; a test counts the "
                "heap itself";
    return made;
}

row iteration_row() {
    row made =
        start("iteration", "longest iteration of chatd in all trials and a room of 10000: <= 5 ms",
              &measured::longest_iteration);
    put(made, place::ours, chatd(fan_out(10'000, 64), 2s));
    made.bounds = {{place::ours, 5e6}};
    made.over_all = true;
    made.most_repeats = 1;
    made.note = "the clock's time: who takes chatd's core away is in it";
    return made;
}

} // namespace

std::vector<row> all_rows(milliseconds cpu_duration) {
    std::vector<row> rows;
    for (const unsigned members : {10U, 1000U, 100U})
        rows.push_back(cpu_row(members, 64, cpu_duration));
    for (const unsigned idle : {5000U, 15'000U}) // after the 100 members that they are beside
        rows.push_back(idle_row(idle, cpu_duration));
    for (const unsigned members : {10U, 100U, 1000U})
        rows.push_back(cpu_row(members, 1, cpu_duration));
    rows.push_back(latency_row());
    for (row& one : storm_rows())
        rows.push_back(std::move(one));
    rows.push_back(hose_row("firehose", "", {}));
    rows.push_back(hose_row("firehose-limited", " under flood control", {"--flood-rate", "50"}));
    rows.push_back(stalled_row());
    rows.push_back(stalled_memory_row());
    rows.push_back(memory_row());
    rows.push_back(iteration_row());
    return rows;
}

std::vector<unmeasured> goals_without_measure() {
    return {{"CPU a delivery beside idle sessions that are logged in and owed nothing",
             "chatd has one room, and owes each of its sessions every line"}};
}

} // namespace goals
