#pragma once

#include "bench/chatload/line_format.hpp"
#include "bench/chatload/protocols/protocol.hpp"

#include <cstddef>
#include <string>
#include <string_view>

/// What the protocols share: all of them are text for the greater part.
namespace chatload {

inline constexpr std::string_view crlf = "\r\n";

/// A message that has not ended by then never will.
inline constexpr std::size_t max_message_bytes = 64 * 1024 + line_format::max_line_bytes;

/// The start of the input up to an LF.
struct wire_line {
    std::string_view text; ///< Without its LF.
    std::size_t bytes = 0; ///< With it; 0: it has not come.
};
[[nodiscard]] wire_line first_line(std::string_view input) noexcept;
/// The same without a CR before the LF.
[[nodiscard]] wire_line first_crlf_line(std::string_view input) noexcept;

/// What came, for people: in quotes, on one line, cut after 80 bytes; what is no printable ASCII as
/// `\n`, `\r` or `\xNN`.
[[nodiscard]] std::string quoted(std::string_view bytes);

/// For input without a whole message: more is waited for, within reason.
[[nodiscard]] message unfinished(std::string_view input);
[[nodiscard]] login_step unfinished_login(std::string_view input);
[[nodiscard]] message broken(std::string_view text, std::string why);
[[nodiscard]] login_step refused(std::string why);

/// For a server that first of all says something else than it should: once the text is a line, or
/// too long to be waited for, it is `why` and what came.
[[nodiscard]] login_step refused_by(std::string_view input, std::string_view why);

} // namespace chatload
