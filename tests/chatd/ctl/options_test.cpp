#include "chatd/control/command_texts.hpp"
#include "chatd/ctl/man_page.hpp"
#include "chatd/ctl/options.hpp"

#include <chrono>
#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace chatd::ctl;
using words = std::vector<std::string>;

namespace {

command_line parse(const words& arguments) {
    std::vector<const char*> argv{"chatctl"};
    for (const std::string& one : arguments)
        argv.push_back(one.c_str());
    return parse_command_line(static_cast<int>(argv.size()), argv.data());
}

options chosen(const words& arguments) {
    const auto line = parse(arguments);
    INFO(line.error);
    REQUIRE(line.chosen);
    return *line.chosen;
}

std::string complaint(const words& arguments) {
    const auto line = parse(arguments);
    CHECK_FALSE(line.chosen);
    CHECK(line.status == usage_error_status);
    CHECK(line.output.empty());
    CHECK(line.error.starts_with("chatctl: "));
    CHECK(line.error.find('\n') == line.error.size() - 1);
    return line.error;
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("options stand in front of the command and its words are passed on", "[ctl]") {
    const options plain = chosen({"status"});
    CHECK(plain.socket == "/run/chatd/control.sock");
    CHECK(plain.timeout == std::chrono::seconds{10});
    CHECK_FALSE(plain.json);
    CHECK(plain.words == words{"status"});
    const options all = chosen({"--socket", "a b", "--timeout", "250ms", "--json", "kick", "-x",
                                "--why", "", "two words"});
    CHECK(all.socket == "a b");
    CHECK(all.timeout == std::chrono::milliseconds{250});
    CHECK(all.json);
    CHECK(all.words == words{"kick", "-x", "--why", "", "two words"});
}

TEST_CASE("json may stand behind a command that takes no free text", "[ctl]") {
    CHECK(chosen({"who", "--json"}).json);
    CHECK(chosen({"who", "--json"}).words == words{"who"});
    CHECK_FALSE(chosen({"say", "--json"}).json);
    CHECK(chosen({"say", "--json"}).words == words{"say", "--json"});
}

TEST_CASE("what is wrong with the command line is told in one line", "[ctl]") {
    CHECK(has(complaint({}), "a command is missing"));
    CHECK(has(complaint({"stat"}), "did you mean stats?"));
    CHECK(has(complaint({"\x1b[2J"}), "\\x1b"));
    CHECK(has(complaint({"--frobnicate", "who"}), "there is no option '--frobnicate'"));
    CHECK(has(complaint({"--timeout", "soon", "who"}), "'soon' is not a number"));
    CHECK(has(complaint({"--timeout", "0", "who"}), "out of range"));
    CHECK(has(complaint({"say", "one\ntwo"}), "must be one line"));
    CHECK(has(complaint({"say", std::string(5000, 'x')}), "too much text"));
    CHECK(has(complaint({"--socket"}), "--socket"));
}

TEST_CASE("help and list and manual page have every command and option", "[ctl]") {
    const std::string help = parse({"--help"}).output;
    const std::string list = parse({"--commands"}).output;
    const std::string page = man_page();
    for (const auto& one : chatd::control::command_texts()) {
        INFO(one.word);
        CHECK(has(help, "\n  " + std::string{one.word}));
        CHECK(has("\n" + list, "\n" + std::string{one.word} + "\t"));
        CHECK(has(page, "\n\\fB" +
                            (one.word == "log-level" ? "log\\-level" : std::string{one.word}) +
                            "\\fR"));
    }
    for (const auto& one : option_texts()) {
        INFO(one.name);
        CHECK(has(help, "\n  " + std::string{one.name} + " "));
    }
    CHECK(parse({"--version"}).output.starts_with("chatctl "));
    CHECK(parse({"--help"}).status == 0);
}
