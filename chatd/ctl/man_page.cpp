#include "chatd/ctl/man_page.hpp"

#include "chatd/control/command_texts.hpp"
#include "chatd/ctl/options.hpp"

#include <reactor/version.hpp>

#include <fmt/format.h>

#include <string_view>

namespace chatd::ctl {

namespace {

/// As troff shows it: no character of it is a request or an escape.
std::string roff(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else if (c == '\'')
            out += "\\(aq";
        else if (c == '.' && (out.empty() || out.back() == '\n'))
            out += "\\&.";
        else
            out.push_back(c);
    }
    return out;
}

std::string item(std::string_view name, std::string_view arguments, std::string_view text) {
    const std::string gap = arguments.empty() ? "" : " ";
    return fmt::format(".TP\n\\fB{}\\fR{}\\fI{}\\fR\n{}\n", roff(name), gap, roff(arguments),
                       roff(text));
}

std::string sentence(std::string_view text) {
    std::string out{text};
    if (!out.empty() && out.front() >= 'a' && out.front() <= 'z')
        out.front() = static_cast<char>(out.front() - 'a' + 'A');
    return out + ".";
}

std::string options_section() {
    std::string text = ".SH OPTIONS\n";
    for (const option_text& one : option_texts())
        text += item(one.name, one.placeholder, sentence(one.text));
    return text;
}

std::string commands_section() {
    std::string text = ".SH COMMANDS\n"
                       "An argument with blanks or quotes in it is quoted for the shell as usual; "
                       "chatctl passes it on as one.\n";
    for (const control::command_text& one : control::command_texts()) {
        std::string all = sentence(one.summary);
        if (!one.details.empty())
            all.append("\n").append(one.details);
        text += item(one.word, one.arguments, all);
    }
    return text;
}

constexpr std::string_view ending = R"(.SH EXIT STATUS
.TP
0
The command was carried out.
.TP
1
The daemon refused, or could not be asked: no socket, no permission, nobody answers, or not in time.
.TP
2
Usage error.
.SH FILES
.TP
.I /run/chatd/control.sock
The control socket of the chatd that the system runs.  Root, the user of the daemon and its group,
.BR chatd ,
may use it.
.SH EXAMPLES
.nf
chatctl status
chatctl kick alice "flooding the room"
chatctl say "Back in five minutes"
chatctl \-\-json who | jq \-r \(aq.[].name\(aq
chatctl drain \-\-rate 50
.fi
.SH NOTES
The protocol is lines of text and works with any tool that speaks to a UNIX socket: a request is a
line of words, an answer is lines of which the last is
.B .ok
or
.B .error
with the reason; other lines that begin with a dot have one more in front.
.SH SEE ALSO
.BR chatd (8),
.BR chatd.conf (5)
)";

} // namespace

std::string man_page() {
    return fmt::format(
               ".TH CHATCTL 1 \"\" \"chatd {}\" \"User Commands\"\n"
               ".SH NAME\n"
               "chatctl \\- tell a running chatd what to do\n"
               ".SH SYNOPSIS\n"
               ".B chatctl\n[\\fIoptions\\fR] \\fICOMMAND\\fR [\\fIarguments\\fR]\n"
               ".SH DESCRIPTION\n"
               "chatctl sends one command to the chat daemon by its control socket, shows "
               "the answer and exits.\nIt never waits for longer than \\fB\\-\\-timeout\\fR "
               "says.\n",
               reactor::version) +
           options_section() + commands_section() + std::string{ending};
}

} // namespace chatd::ctl
