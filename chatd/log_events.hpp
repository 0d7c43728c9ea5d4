#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace chatd {

/// One kind of log line.  `chatd/doc/log.md` tells people what each means; a test holds the two
/// and the code together.
struct log_event {
    std::string_view name;     ///< The word that begins the line after its level; never changes.
    std::string_view category; ///< What it is about: `session`, `admission`, `config` ...
    /// Peers can make it happen as often as they like: the log takes so many lines of it and no
    /// more.
    bool bounded = false;
};

/// All of them, by name.
[[nodiscard]] std::span<const log_event> log_events() noexcept;
/// Where it is among them.
[[nodiscard]] std::optional<std::size_t> find_log_event(std::string_view name) noexcept;

} // namespace chatd
