#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace chatd {

inline constexpr char32_t replacement_character = 0xFFFD;

/// One step through UTF-8.
struct decoded_char {
    char32_t value;   ///< U+FFFD where `valid` is false.
    std::size_t size; ///< Bytes that it takes, at least 1.
    bool valid;
};

/// Decodes the start of `text`, which must not be empty.  An invalid start counts as one character
/// as long as the Unicode standard's "maximal subpart": the bytes that could have begun a
/// character, or one byte.
[[nodiscard]] decoded_char decode_utf8(std::string_view text) noexcept;

/// Appends `value`, a scalar value, as UTF-8.
void append_utf8(std::string& out, char32_t value);

/// Whether all bytes are printable ASCII (0x20 to 0x7E).  Such text is valid, and nothing is
/// removed from it.
[[nodiscard]] bool is_plain(std::string_view text) noexcept;

/// Whether Python's `str.isspace` holds, that is, whether `str.strip` strips it.
[[nodiscard]] bool is_white_space(char32_t value) noexcept;

/// Strips white space at both ends, as Python's `str.strip`; `text` is valid UTF-8.
[[nodiscard]] std::string_view trim(std::string_view text) noexcept;

/// Whether `trim` would leave nothing.
[[nodiscard]] bool is_blank(std::string_view text) noexcept;

/// Makes valid UTF-8: each maximal subpart of what is not becomes one U+FFFD, as Python's
/// `errors='replace'`.
/// @param scratch  is overwritten if there is something to replace; must not hold `bytes`.
/// @return         `bytes` itself if it is valid, else a view of `scratch`.
[[nodiscard]] std::string_view to_valid_utf8(std::string_view bytes, std::string& scratch);

/// What a text is to be cleaned for.
enum class text_use : std::uint8_t { message, name };

/// Whether `remove_characters` removes it: always C0 but TAB, DEL, C1 and what changes the
/// direction or the lines of a text unseen (U+061C, U+200E, U+200F, U+2028 to U+202E, U+2066 to
/// U+2069, U+FEFF); from names also TAB and the invisible U+200B to U+200D and U+2060.
[[nodiscard]] bool is_removed(char32_t value, text_use use) noexcept;

/// Removes these characters from valid UTF-8.
/// @param scratch  is overwritten if there is something to remove; must not hold `text`.
/// @return         `text` itself if nothing had to go, else a view of `scratch`.
[[nodiscard]] std::string_view remove_characters(std::string_view text, text_use use,
                                                 std::string& scratch);

} // namespace chatd
