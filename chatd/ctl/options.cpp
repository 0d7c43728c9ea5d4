#include "chatd/ctl/options.hpp"

#include "chatd/config/nearest.hpp"
#include "chatd/config/quote.hpp"
#include "chatd/config/value_kind.hpp"
#include "chatd/control/command_texts.hpp"
#include "chatd/control/words.hpp"

#include <reactor/version.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>

namespace chatd::ctl {

namespace {

using control::command_text;

constexpr std::array texts{
    option_text{"--socket", "PATH",
                "the daemon's control socket, /run/chatd/control.sock unless told otherwise"},
    option_text{"--timeout", "TIME",
                "give up after so long, a number of seconds or of ms with that suffix; 10s unless "
                "told otherwise"},
    option_text{"--json", "", "print JSON, for programs"},
    option_text{"--commands", "", "print each command and what it does, parted by a TAB, and exit"},
    option_text{"--help", "", "print this text and exit"},
    option_text{"--version", "", "print the version and exit"},
};

/// What the user did wrong, without the program's name.
struct usage_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

std::string usage_of(const command_text& one) {
    return one.arguments.empty() ? std::string{one.word}
                                 : fmt::format("{} {}", one.word, one.arguments);
}

std::string help() {
    std::string text = "chatctl [options] COMMAND [arguments]\n\n"
                       "Tells a running chatd what to do, and shows what it answers.\n\nOptions:\n";
    for (const option_text& one : texts)
        text +=
            fmt::format("  {:<28}{}\n", fmt::format("{} {}", one.name, one.placeholder), one.text);
    text += "\nCommands:\n";
    for (const command_text& one : control::command_texts())
        text += fmt::format("  {:<28}{}\n", usage_of(one), one.summary);
    return text + "\nExit status: 0 done, 1 refused or nobody answers, 2 usage error.\n"
                  "'chatctl help COMMAND' says more.\n";
}

std::string list_commands() {
    std::string text;
    for (const command_text& one : control::command_texts())
        text += fmt::format("{}\t{}\n", one.word, one.summary);
    return text;
}

std::chrono::milliseconds read_timeout(const std::string& text) {
    std::string why;
    const auto time = read_value(text, time_kind(), {1, 3'600'000}, why);
    if (!time)
        throw usage_error("--timeout: " + why);
    return std::chrono::milliseconds{*time};
}

void check_command(const std::string& word) {
    if (control::find_command_text(word) != nullptr)
        return;
    std::vector<std::string_view> known;
    for (const command_text& one : control::command_texts())
        known.push_back(one.word);
    const auto near = nearest_of(word, known);
    throw usage_error(
        fmt::format("there is no command {}; {}", quote(word),
                    near.empty() ? "see chatctl --help" : fmt::format("did you mean {}?", near)));
}

void check_words(options& chosen) {
    auto& words = chosen.words;
    if (words.empty())
        throw usage_error("a command is missing; see chatctl --help");
    check_command(words.front());
    const command_text* const text = control::find_command_text(words.front());
    const bool free_text = text->arguments.find("...") != std::string_view::npos;
    if (!free_text && words.size() > 1 && words.back() == "--json") {
        chosen.json = true;
        words.pop_back();
    }
    for (const std::string& word : words)
        if (word.find('\n') != std::string::npos)
            throw usage_error("an argument must be one line");
    if (control::join_words(words).size() > control::longest_request)
        throw usage_error(
            fmt::format("too much text: {} bytes are the most", control::longest_request));
}

command_line read(CLI::App& app, int argc, const char* const* argv) {
    options chosen;
    bool commands = false;
    std::string timeout;
    app.set_help_flag("--help,-h");
    app.set_version_flag("--version", fmt::format("chatctl {}", reactor::version));
    app.prefix_command();
    app.add_option("--socket", chosen.socket);
    app.add_option("--timeout", timeout);
    app.add_flag("--json", chosen.json);
    app.add_flag("--commands", commands);
    app.parse(argc, argv);
    if (commands)
        return {std::nullopt, 0, list_commands(), {}};
    if (!timeout.empty())
        chosen.timeout = read_timeout(timeout);
    chosen.words = app.remaining();
    if (!chosen.words.empty() && chosen.words.front().starts_with("-"))
        throw usage_error(
            fmt::format("there is no option {}; see chatctl --help", quote(chosen.words.front())));
    check_words(chosen);
    return {chosen, 0, {}, {}};
}

command_line usage_failure(const std::string& text) {
    return {std::nullopt, usage_error_status, {}, "chatctl: " + text + "\n"};
}

} // namespace

std::span<const option_text> option_texts() noexcept { return texts; }

command_line parse_command_line(int argc, const char* const* argv) {
    CLI::App app{"", "chatctl"};
    try {
        return read(app, argc, argv);
    } catch (const CLI::CallForHelp&) {
        return {std::nullopt, 0, help(), {}};
    } catch (const CLI::CallForVersion& version) {
        return {std::nullopt, 0, std::string{version.what()} + "\n", {}};
    } catch (const usage_error& error) {
        return usage_failure(error.what());
    } catch (const CLI::ParseError& error) {
        return usage_failure(error.what());
    }
}

} // namespace chatd::ctl
