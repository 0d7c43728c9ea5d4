#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

/// Every byte string that the daemon sends.  The first group is the original server's, to the byte:
/// three of the four answers have no newline, and `Unknown command` has a blank before its own.
namespace chatd::replies {

inline constexpr std::string_view connect_success = "Connect Success";
inline constexpr std::string_view user_name_empty = "UserName Empty";
inline constexpr std::string_view user_name_exist = "UserName Exist";
inline constexpr std::string_view login_success = "Login Success";
inline constexpr std::string_view online_users = "Online Users:\n";
inline constexpr std::string_view has_entered = " has entered the room.\n";
inline constexpr std::string_view has_left = " has left the room.\n";

/// Answer to a line over the limit, after login only: before it the answer is `user_name_exist`,
/// because the original client takes any other text for success.
inline constexpr std::string_view line_too_long = "Line too long\n";

/// Answer to a `say` of somebody who is muted; nobody else gets anything.
inline constexpr std::string_view muted = "You are muted\n";

/// First bytes of a connection that is refused, before its close; none is `connect_success` or
/// begins with it.
inline constexpr std::string_view server_full = "Server full\n";
inline constexpr std::string_view address_full = "Too many connections from your address\n";
inline constexpr std::string_view connecting_too_fast =
    "Too many new connections, try again later\n";
inline constexpr std::string_view banned = "You are banned\n";

/// The pieces of one reply or line, in order: for gathering calls such as `broadcast::publish`.
/// They are views of the arguments and die with them.
template <std::size_t N>
using pieces = std::array<std::string_view, N>;

/// `NAME: TEXT\n`
[[nodiscard]] constexpr pieces<4> said(std::string_view name, std::string_view text) noexcept {
    return {name, ": ", text, "\n"};
}

/// ` * TEXT\n`: an administrator's announcement.  A name never begins with a blank, so no line that
/// begins with a name can be taken for it; nor does any other line.
[[nodiscard]] constexpr pieces<3> announced(std::string_view text) noexcept {
    return {" * ", text, "\n"};
}

/// `NAME has entered the room.\n`
[[nodiscard]] constexpr pieces<2> entered(std::string_view name) noexcept {
    return {name, has_entered};
}

/// `NAME has left the room.\n`
[[nodiscard]] constexpr pieces<2> left(std::string_view name) noexcept { return {name, has_left}; }

/// `Unknown command WORD \n`
[[nodiscard]] constexpr pieces<3> unknown_command(std::string_view word) noexcept {
    return {"Unknown command ", word, " \n"};
}

/// `NAME\n`: one entry of the list that follows `online_users`.
[[nodiscard]] constexpr pieces<2> user_entry(std::string_view name) noexcept {
    return {name, "\n"};
}

/// Bytes of all pieces together.
template <std::size_t N>
[[nodiscard]] constexpr std::size_t size(const pieces<N>& parts) noexcept {
    std::size_t total = 0;
    for (std::string_view part : parts)
        total += part.size();
    return total;
}

/// Appends the pieces to `out`.
template <std::size_t N>
void append(std::string& out, const pieces<N>& parts) {
    for (std::string_view part : parts)
        out.append(part);
}

/// The pieces as one string.
template <std::size_t N>
[[nodiscard]] std::string join(const pieces<N>& parts) {
    std::string out;
    out.reserve(size(parts));
    append(out, parts);
    return out;
}

} // namespace chatd::replies
