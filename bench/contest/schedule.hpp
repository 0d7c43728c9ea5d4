#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace contest {

/// What all servers are put to alike.
struct setting {
    std::uint32_t members = 0; ///< Of the one room; one of them says lines.
    std::uint32_t idle = 0;    ///< Further connections that do nothing.

    friend bool operator==(const setting&, const setting&) = default;
};

/// `100 members`, `100 members, 5000 idle`
[[nodiscard]] std::string to_text(const setting& what);

/// Each number of members without idle connections, then each number of idle connections beside the
/// middle one of these.
/// @param members  not empty.
[[nodiscard]] std::vector<setting> make_settings(std::span<const std::uint32_t> members,
                                                 std::span<const std::uint32_t> idle);

/// One server, put to one setting, once.  All are numbers from 0.
struct trial {
    std::size_t server = 0;
    std::size_t setting = 0;
    std::size_t repeat = 0;

    friend bool operator==(const trial&, const trial&) = default;
};

/// The order of all trials: in each repetition every setting, and of each setting every server
/// right after the other, so that what disturbs the machine hits all alike.  Each repetition begins
/// with another server.
[[nodiscard]] std::vector<trial> make_schedule(std::size_t servers, std::size_t settings,
                                               std::size_t repeats);

} // namespace contest
