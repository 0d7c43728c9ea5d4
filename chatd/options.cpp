#include "chatd/options.hpp"

namespace chatd {

namespace {

constexpr std::string_view network_forms =
    "an address such as 192.0.2.7, or a network such as 192.0.2.0/24 or 2001:db8::/32";
constexpr std::int64_t one_day = 86'400'000; // in milliseconds

void add_command_options(option_table& table) {
    table.group("Configuration");
    table.command("config", "FILE", "file with options, and conf.d/*.conf beside it");
    table.command("check-config", "", "name every mistake and exit: 0 if there is none, else 2");
    table.command("show-config", "", "print every option, its value and its source, and exit");
    table.command("help", "", "print a summary of the options and exit");
    table.command("version", "", "print the version and exit");
}

void add_listen_options(option_table& table, options& o) {
    table.group("Listening");
    table
        .values("listen", o.listen, "WHERE",
                "localhost:PORT, ADDRESS:PORT such as 0.0.0.0:6666 or [::]:6666, or unix:PATH",
                "localhost:PORT, ADDRESS:PORT, [ADDRESS]:PORT or unix:PATH; may be given again; "
                "port 0: any free one")
        .restart();
    table
        .text("control", o.control, "PATH",
              "make a UNIX socket there, by which chatctl talks to the daemon")
        .restart();
}

void add_line_options(option_table& table, limits& l) {
    table.group("Lines and names");
    table.size("max-line", l.max_line, {64, 16 * mib}, "longest line; longer ones are discarded");
    table.size("max-name", l.max_name, {1, 4 * kib}, "longest name");
    table.flag("strict-names", l.strict_names,
               "refuse names with colons, look-alikes of letters and of names in the room");
    table.size("read-limit", l.read_limit, {512, 1 * mib},
               "bytes received at once from one session");
    table.time("newcomer-hold", l.newcomer_hold, {0, 10'000},
               "hold others' lines so long after a login; 0: never");
}

void add_flow_options(option_table& table, limits& l) {
    table.group("Slow readers");
    table.size("soft-limit", l.soft_limit, {1 * kib, 512 * mib},
               "unsent output above which a session's commands wait");
    table.size("hard-limit", l.hard_limit, {2 * kib, 1024 * mib},
               "unsent output above which a session is closed");
    table.time("no-progress", l.no_progress, {0, one_day},
               "close a session that takes no output for so long; 0: never");

    table.group("Floods");
    table.count(
        "flood-rate", l.flood.rate, {0, 1'000'000},
        "lines a second from one session, a look being 4, a login 5; 0: no flood control at all");
    table.count("flood-burst", l.flood.burst, {1, 1'000'000},
                "lines at once from one session, a look being 4, a login 5");
    table.size("flood-byte-rate", l.flood.byte_rate, {1, 1024 * mib},
               "bytes a second from one session");
    table.size("flood-burst-bytes", l.flood.burst_bytes, {1, 1024 * mib},
               "bytes at once from one session");
    table.size("room-rate", l.room_rate, {0, 1024 * mib},
               "bytes a second from all in the room; 0: no limit");
}

void add_connection_options(option_table& table, limits& l) {
    table.group("Connections");
    table.count("max-connections", l.max_connections, {1, 1'000'000}, "connections in all");
    table.count("per-address", l.per_address, {0, 1'000'000},
                "connections from one address or IPv6 /64; 0: no limit");
    table.count("prefix-v4", l.prefix_v4, {8, 32}, "bits of IPv4 that count as one address");
    table.count("prefix-v6", l.prefix_v6, {16, 64}, "bits of IPv6 that count as one address");
    table.values("per-network", l.per_network, "NETWORK=N", "NETWORK=N such as 192.0.2.0/24=100",
                 "connections from all of a network together; may be given again");
    table.values("exempt", l.exempt, "NETWORK", network_forms,
                 "these networks have only the limit on all, as loopback has; may be given again");
    table.count("connect-rate", l.connect_rate, {0, 1'000'000},
                "new connections from one address in 10 minutes; 0: no limit");
    table.values(
        "proxy-protocol-from", l.proxies, "NETWORK", network_forms,
        "these are proxies: their connections must begin with a PROXY header of version 2; "
        "may be given again");
    table.time("login-timeout", l.login_timeout, {0, one_day},
               "from connect to login; 0: no limit");
    table.size("login-bytes", l.login_bytes, {64, 1 * mib}, "bytes taken before login");
    table.time("keep-alive-idle", l.keep_alive.idle, {1000, 32'767'000},
               "silence before a peer is probed");
    table.time("keep-alive-interval", l.keep_alive.interval, {1000, 32'767'000},
               "between two probes");
    table.count("keep-alive-probes", l.keep_alive.probes, {1, 127},
                "unanswered probes before a peer is given up");
    table.time("user-timeout", l.user_timeout, {0, one_day},
               "sent output stays unacknowledged at most so long; 0: the system's limit");
    table.time("drain-time", l.drain_time, {0, 3'600'000},
               "a stop waits so long for unsent output");
}

void add_operation_options(option_table& table, options& o) {
    table.group("Operation");
    table.choice("log-level", o.log.level,
                 {{"debug", log_level::debug},
                  {"info", log_level::info},
                  {"warning", log_level::warning},
                  {"error", log_level::error}},
                 "the least important that is logged");
    table.choice("log-address", o.log.addresses,
                 {{"yes", log_addresses::whole},
                  {"network", log_addresses::network},
                  {"no", log_addresses::none}},
                 "log peers' addresses: whole, cut to their /24 or /48, or not at all");
    table
        .values("metrics", o.metrics, "WHERE", "localhost:PORT, ADDRESS:PORT or unix:PATH",
                "serve metrics and health over HTTP there; nowhere unless told; may be given again")
        .restart();
}

void add_state_options(option_table& table, options& o) {
    table.group("State");
    table
        .text("state-directory", o.state_directory, "DIR",
              "where bans are kept; without it they are forgotten at the end")
        .restart();
}

} // namespace

std::vector<listen_spec> options::default_listen() {
    return {listen_spec::parse("localhost:6666").value()};
}

option_table list_options(options& target) {
    option_table table;
    add_command_options(table);
    add_listen_options(table, target);
    add_line_options(table, target.limit);
    add_flow_options(table, target.limit);
    add_connection_options(table, target.limit);
    add_operation_options(table, target);
    add_state_options(table, target);
    return table;
}

std::vector<broken_rule> broken_rules(const options& chosen) {
    const limits& l = chosen.limit;
    std::vector<broken_rule> broken;
    const auto require = [&broken](bool holds, std::string_view first, std::string_view relation,
                                   std::string_view second) {
        if (!holds)
            broken.push_back({first, relation, second});
    };
    require(l.soft_limit < l.hard_limit, "soft-limit", "must be less than", "hard-limit");
    require(l.max_line < l.hard_limit, "max-line", "must be less than", "hard-limit");
    require(l.max_name < l.max_line, "max-name", "must be less than", "max-line");
    require(l.login_bytes >= l.max_name + 8, "login-bytes",
            "must, for 'login NAME', be at least 8 bytes more than", "max-name");
    return broken;
}

} // namespace chatd
