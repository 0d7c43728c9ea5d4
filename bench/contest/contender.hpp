#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace contest {

/// A server that can take part.
struct contender {
    std::string name;
    std::string protocol;          ///< As `chatload --protocol` takes it.
    std::filesystem::path program; ///< Empty: it is not installed.
    std::string package;           ///< Debian's, that has the program; empty: it is one of ours.

    /// Writes its configuration into a directory of its own, and gives its command line, the
    /// program first.  It listens on that port of 127.0.0.1.
    std::function<std::vector<std::string>(const std::filesystem::path& directory,
                                           std::uint16_t port)>
        prepare;
};

/// The server that all others are measured by.
inline constexpr const char* denominator = "yardstick";

/// All that we know, ours first.
/// @param ours  where our own programs are.
[[nodiscard]] std::vector<contender> all_contenders(const std::filesystem::path& ours);

/// Those that are not installed can be, by this line for a shell; empty when all are.
[[nodiscard]] std::string install_line(const std::vector<contender>& from);

} // namespace contest
