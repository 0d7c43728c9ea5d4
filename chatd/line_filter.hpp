#pragma once

#include <string>
#include <string_view>

namespace chatd {

/// One line of input, ready for a command table.
struct parsed_line {
    /// What stands before the first U+0020: not trimmed, case kept; empty if the line begins with a
    /// blank.
    std::string_view word;
    /// The rest, without white space at its ends.
    std::string_view argument;
    /// The line is to be ignored; the other two are empty then.
    bool blank = false;
};

/// Turns the raw bytes of a line into its word and its argument, both valid UTF-8 without control
/// characters.
///
/// In this order: telnet sequences are swallowed (`IAC IAC` is one byte 0xFF; a sequence that is
/// still open ends with the line, so that nothing has to be kept between lines), one CR at the end
/// is stripped, bytes that are not UTF-8 become U+FFFD, a blank line is told, characters are
/// removed (`text_use::message`), the line is split at its first U+0020 and the argument trimmed.
/// The word is what is left after the removal, for the look-up in the command table as for the
/// answer to an unknown one: `lo<NUL>ok` is `look`.
///
/// Holds memory only, no state: one serves all sessions of a thread.  A line of plain ASCII is
/// scanned once and neither copied nor allocated for.
class line_filter {
public:
    /// @param raw  a whole line without its LF.
    /// @return     views of `raw` or of this object, valid until the next call or until `raw` goes.
    [[nodiscard]] parsed_line parse(std::string_view raw);

private:
    std::string without_telnet_; // one for each step that may have to copy
    std::string valid_;
    std::string cleaned_;
};

/// Swallows telnet sequences: three bytes for WILL, WONT, DO and DONT, all from SB to `IAC SE`, two
/// bytes for the rest; `IAC IAC` gives 0xFF.
/// @param raw      a whole line; what is open at its end is dropped.
/// @param scratch  is overwritten if there is an IAC; must not hold `raw`.
/// @return         `raw` itself if there is none, else a view of `scratch`.
[[nodiscard]] std::string_view strip_telnet(std::string_view raw, std::string& scratch);

/// Makes a name of the argument of `login`: the characters of `text_use::name` removed, then
/// trimmed.  Empty if nothing is left.
/// @param scratch  as for `remove_characters`.
[[nodiscard]] std::string_view clean_name(std::string_view argument, std::string& scratch);

/// Whether a clean name is free of what makes it look like another one (`--strict-names`).  Refused
/// are:
/// - a colon (`alice: hi` looks like a line of alice's), U+FFFD;
/// - white space other than single U+0020 between other characters;
/// - letters of more than one of the scripts Latin, Greek and Cyrillic;
/// - combining diacritical marks: letters with accents are to be single characters, as all input
/// methods
///   make them;
/// - invisible characters (soft hyphen, fillers, variation selectors, tags ...) and private use;
/// - full-width and mathematical forms of letters and digits.
/// Not judged: look-alikes within a script (l and 1), names wholly of another script's letters,
/// upper case.
[[nodiscard]] bool is_strict_name(std::string_view name) noexcept;

} // namespace chatd
