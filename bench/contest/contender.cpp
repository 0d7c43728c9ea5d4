#include "bench/contest/contender.hpp"

#include "bench/contest/peers.hpp"

#include <fmt/format.h>

#include <utility>

namespace contest {

namespace {

using std::filesystem::path;

path program_in(const path& directory, const char* name) {
    const path found = directory / name;
    return std::filesystem::exists(found) ? found : path{};
}

/// As the others are: no limits but those that a delivery costs nothing to keep.
contender chatd(const path& ours) {
    const path program = program_in(ours, "chatd");
    return {"chatd", "chatd", program, {}, [program](const path&, std::uint16_t port) {
                return std::vector<std::string>{program.string(),
                                                "--listen",
                                                fmt::format("127.0.0.1:{}", port),
                                                "--flood-rate",
                                                "0",
                                                "--login-timeout",
                                                "0",
                                                "--max-connections",
                                                std::to_string(peer_clients)};
            }};
}

contender yardstick(const path& ours) {
    const path program = program_in(ours, denominator);
    return {denominator, "chatd", program, {}, [program](const path&, std::uint16_t port) {
                return std::vector<std::string>{program.string(), "--port", std::to_string(port)};
            }};
}

contender made_of(const peer& other) {
    const path program = find_program(other.program);
    return {std::string{other.name}, std::string{other.protocol}, program,
            std::string{other.package},
            [&other, program](const path& directory, std::uint16_t port) {
                return prepare(other, program, directory, port);
            }};
}

} // namespace

std::vector<contender> all_contenders(const path& ours) {
    std::vector<contender> made{yardstick(ours), chatd(ours)};
    for (const peer& other : peers())
        made.push_back(made_of(other));
    return made;
}

std::string install_line(const std::vector<contender>& from) {
    std::string line;
    for (const contender& one : from)
        if (one.program.empty() && !one.package.empty())
            line += " " + one.package;
    return line.empty() ? line : "apt-get install" + line;
}

} // namespace contest
