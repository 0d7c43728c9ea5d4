#include "bench/contest/peers.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <system_error>

namespace contest {

namespace {

using std::filesystem::path;

/// Names of chatload's clients have ten characters, one more than ngIRCd allows unless told.  As
/// root it becomes `nobody` by itself.
std::string ngircd_configuration(const path& /*directory*/, std::uint16_t port) {
    return fmt::format(R"([Global]
Name = irc.load.test
Info = load test
Listen = 127.0.0.1
Ports = {}
MotdPhrase = load
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxNickLength = 31
MaxPenaltyTime = 0
PingTimeout = 3600
PongTimeout = 3600
[Options]
DNS = no
Ident = no
PAM = no
)",
                       port);
}

/// By itself it lets no more than 10 connections wait to be accepted, so that a few hundred clients
/// at once take seconds, or are never heard; who hands it its socket lets more wait.  It stays the
/// same process.
std::vector<std::string> ngircd_command(const path& program, const path& configuration,
                                        std::uint16_t port) {
    std::vector<std::string> made;
    if (const path starter = find_program("systemd-socket-activate"); !starter.empty())
        made = {starter.string(), "--listen", fmt::format("127.0.0.1:{}", port)};
    made.insert(made.end(), {program.string(), "--nodaemon", "--config", configuration.string()});
    return made;
}

/// `commandrate` is in thousandths of a command a second; `fakelag` would hold lines back instead
/// of ending a client that has used up `threshold`.
std::string inspircd_configuration(const path& /*directory*/, std::uint16_t port) {
    return fmt::format(
        R"(<server name="irc.load.test" description="load test" network="load" id="1LT">
<admin name="load" nick="load" email="load@load.test">
<bind address="127.0.0.1" port="{}" type="clients">
<connect name="load" allow="*" limit="{clients}" localmax="{clients}" globalmax="{clients}"
    maxconnwarn="no" resolvehostnames="no" useident="no" timeout="3600" pingfreq="3600"
    fakelag="no" threshold="1000000000" commandrate="1000000000"
    recvq="1M" softsendq="1G" hardsendq="1G">
<performance softlimit="{descriptors}" somaxconn="4096" netbuffersize="65534">
)",
        port, fmt::arg("clients", peer_clients), fmt::arg("descriptors", peer_clients + 100));
}

std::vector<std::string> inspircd_command(const path& program, const path& configuration,
                                          std::uint16_t /*port*/) {
    std::vector<std::string> made{program.string(), "--nofork", "--nopid",
                                  "--nolog",        "--config", configuration.string()};
    if (::geteuid() == 0)
        made.emplace_back("--runasroot"); // it would not start
    return made;
}

/// Without a limit of output for subscribers: its own one of 32 MiB closes who falls behind.
std::string redis_configuration(const path& directory, std::uint16_t port) {
    return fmt::format(R"(bind 127.0.0.1
port {}
dir "{}"
maxclients {}
tcp-backlog 4096
timeout 0
save ""
appendonly no
client-output-buffer-limit pubsub 0 0 0
)",
                       port, directory.string(), peer_clients);
}

std::vector<std::string> redis_command(const path& program, const path& configuration,
                                       std::uint16_t /*port*/) {
    return {program.string(), configuration.string()};
}

std::string nats_configuration(const path& /*directory*/, std::uint16_t port) {
    return fmt::format(R"(listen: "127.0.0.1:{}"
max_connections: {}
max_pending: 1GB
write_deadline: "60s"
ping_interval: "1h"
)",
                       port, peer_clients);
}

std::vector<std::string> nats_command(const path& program, const path& configuration,
                                      std::uint16_t /*port*/) {
    return {program.string(), "--config", configuration.string()};
}

constexpr peer all[] = {
    {"ngircd", "irc", "ngircd", "ngircd", ngircd_configuration, ngircd_command},
    {"inspircd", "irc", "inspircd", "inspircd", inspircd_configuration, inspircd_command},
    {"redis", "redis", "redis-server", "redis-server", redis_configuration, redis_command},
    {"nats", "nats", "nats-server", "nats-server", nats_configuration, nats_command},
};

} // namespace

std::span<const peer> peers() noexcept { return all; }

path find_program(std::string_view name) {
    const char* const told = std::getenv("PATH");
    std::string places = told == nullptr ? "" : told;
    places += ":/usr/local/sbin:/usr/sbin:/sbin";
    for (std::size_t from = 0; from < places.size();) {
        const std::size_t end = std::min(places.find(':', from), places.size());
        path candidate = path{places.substr(from, end - from)} / name;
        std::error_code ignored;
        if (candidate.is_absolute() && std::filesystem::is_regular_file(candidate, ignored) &&
            ::access(candidate.c_str(), X_OK) == 0)
            return candidate;
        from = end + 1;
    }
    return {};
}

std::vector<std::string> prepare(const peer& server, const path& program, const path& directory,
                                 std::uint16_t port) {
    const path name = directory / fmt::format("{}.conf", server.name);
    std::ofstream file(name);
    file << server.configuration(directory, port) << std::flush;
    if (!file)
        throw std::system_error(errno, std::generic_category(), name.string());
    return server.command_line(program, name, port);
}

} // namespace contest
