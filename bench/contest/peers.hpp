#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace contest {

/// How many clients every peer is set up for.  It needs as many descriptors and some more, which
/// who starts it must allow (RLIMIT_NOFILE).
inline constexpr unsigned peer_clients = 16'000;

/// A server of somebody else's that the same load is put to.
struct peer {
    std::string_view name;
    std::string_view protocol; ///< As `chatload --protocol` takes it.
    std::string_view program;
    std::string_view package; ///< Debian's, that has the program.
    /// The text of its configuration.
    std::string (*configuration)(const std::filesystem::path& directory, std::uint16_t port);
    /// Its command line, the program first.
    std::vector<std::string> (*command_line)(const std::filesystem::path& program,
                                             const std::filesystem::path& configuration,
                                             std::uint16_t port);
};

/// All of them.
[[nodiscard]] std::span<const peer> peers() noexcept;

/// The program by its full path; empty where it is not installed.  It is looked for in PATH and
/// where servers lie that PATH does not name for everybody.
[[nodiscard]] std::filesystem::path find_program(std::string_view name);

/// Writes a configuration for load tests: clients may say as much as they like and fall behind as
/// far as they like, nothing is written to disk, and nobody is asked for a name.
/// @param program    of `find_program`.
/// @param directory  exists, and is the server's own.
/// @param port       on 127.0.0.1.
/// @return the command line: the server stays in the foreground and says where it fails on stdout
/// or stderr; SIGTERM ends it.
/// @throws std::system_error  where the file cannot be written.
[[nodiscard]] std::vector<std::string> prepare(const peer& server,
                                               const std::filesystem::path& program,
                                               const std::filesystem::path& directory,
                                               std::uint16_t port);

} // namespace contest
