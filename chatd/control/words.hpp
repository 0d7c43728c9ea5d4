#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The control socket: its protocol, its commands and who may use it.
///
/// A client sends requests, one a line; each is answered in order:
///
///     request = word *(blanks word) LF        at most 4096 bytes
///     word    = 1*(any byte but blank, LF, " and \) / " *(byte / \" / \\) "
///     answer  = [":" form LF *(body LF)] (".ok" / ".error " text) LF
///     form    = "text" / "fields" / "table"
///
/// A body line that begins with a dot gets one more in front of it, so that the line with the
/// status is the only one with a single dot.  Cells of a line are parted by TAB; within a cell,
/// TAB, LF and the backslash are written `\t`, `\n` and `\\`.  `text` is lines to be read; of
/// `fields` each line is a key and a value; of `table` the first line has the columns' names.  A
/// key or column whose name ends in `#` has whole numbers.
namespace chatd::control {

/// Longest request, without its LF.
inline constexpr std::size_t longest_request = 4096;

/// The words of a request.  Empty, with one phrase in `why`, when a quotation is not closed or not
/// followed by a blank.
[[nodiscard]] std::optional<std::vector<std::string>> split_words(std::string_view line,
                                                                  std::string& why);

/// The request that `split_words` takes apart into these words, without its LF.  A word must not
/// have an LF.
[[nodiscard]] std::string join_words(std::span<const std::string> words);

/// One cell as it is sent, and back.
[[nodiscard]] std::string escape_cell(std::string_view text);
[[nodiscard]] std::string unescape_cell(std::string_view sent);

} // namespace chatd::control
