#pragma once

#include <stdexcept>
#include <string>
#include <vector>

/// Transcripts: what clients send to a chat server and what it answers, as text.
///
/// A file holds one scenario in at most 60 lines.  Lines that are empty or begin with `#` say
/// nothing to the player.  Any other names one client, or several with commas between them, then
/// what happens:
///
///     A ++          A connects; nothing is expected by itself
///     A >> say hi   A sends this and an LF
///     A << Bob: hi  the next bytes that A receives are exactly these and an LF
///     A ==          fence: A sends a word that no server knows, and the next that A receives is
///     the answer
///                   to it; so nothing else has come
///     A --          A half-closes: it sends no more and goes on reading
///     A !!          A resets the connection
///     A $$          A receives nothing more but the end of the connection, which ends in good
///     order
///
/// One blank parts the mark from the text.  In the text, `\c` at the end withholds the LF and the
/// escapes are
/// `\r \n \t \\ \xHH` and `\s`, a blank, which must be written so at the end of a line.
///
/// A server owes no order between what different clients send.  So before B sends what A's line
/// must have preceded, A expects the answer to it.  A fence of the client belongs before each
/// disconnect, since what is unread then is never seen; at the end of the file the player fences
/// all that are still connected.
///
/// There are three modes of sending.  `whole`: each `>>` is a send.  `bytes`: each byte is one.
/// `segment`: consecutive `>>` of one client are one.
namespace transcript {

enum class action { connect, send, expect, fence, half_close, reset, expect_end };

struct step {
    int line = 0;
    std::string source; ///< the line as it is written
    std::vector<std::string> clients;
    action what = action::connect;
    std::string bytes; ///< for send and expect: escapes resolved, LF added
};

/// What is wrong with a transcript's text.
class syntax_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The steps of a file's text.
/// @param name  the file's name, put in front of what is wrong with it.
std::vector<step> parse(const std::string& name, const std::string& text);

/// The same with consecutive sends of one client made one, of which the first gives the line.
std::vector<step> joined(const std::vector<step>& steps);

} // namespace transcript
