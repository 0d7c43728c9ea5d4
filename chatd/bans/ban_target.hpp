#pragma once

#include "chatd/network.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chatd {

/// Whom a ban or a mute is against: the addresses of a network, or the bearers of one name.
struct ban_target {
    enum class kind : std::uint8_t {
        addresses, ///< Connections from `where` are turned away.
        name,      ///< Nobody can log in as `name`.
        mute,      ///< What `name` says is not passed on.
    };

    kind what = kind::addresses;
    network where;    ///< Of `addresses` only.
    std::string name; ///< Of the others; clean as a login makes it, compared byte by byte.

    /// Reads an address or a network, else a name; `name:NAME` is a name whatever it looks like.
    /// Empty when it is no proper name either or looks like a network with a mistake in it; then
    /// `why`, if given, says in one phrase what is wrong.
    [[nodiscard]] static std::optional<ban_target> parse(std::string_view text,
                                                         std::string* why = nullptr);
    /// Against what `name` says.  Empty, and `why` as above, if it is no proper name.
    [[nodiscard]] static std::optional<ban_target> mute_of(std::string_view name,
                                                           std::string* why = nullptr);
    /// What `parse` or `mute_of` reads, as an administrator would write it.
    [[nodiscard]] std::string to_string() const;

    friend auto operator<=>(const ban_target&, const ban_target&) = default;
    friend bool operator==(const ban_target&, const ban_target&) = default;
};

/// `addresses`, `name` or `mute`.
[[nodiscard]] std::string_view word_of(ban_target::kind what) noexcept;

} // namespace chatd
