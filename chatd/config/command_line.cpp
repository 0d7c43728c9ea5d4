#include "chatd/config/command_line.hpp"

#include "chatd/config/command_words.hpp"

#include <utility>

namespace chatd {

namespace {

command_line answer(std::string output) { return {std::nullopt, 0, std::move(output), {}}; }

command_line refusal_of(const std::vector<mistake>& mistakes) {
    command_line refused{std::nullopt, usage_error_status, {}, {}};
    for (const mistake& found : mistakes)
        refused.error += "chatd: " + found.to_string() + "\n";
    return refused;
}

} // namespace

command_line parse_command_line(int argc, const char* const* argv) {
    const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
    options unused;
    const command_words asked = read_command_words(list_options(unused), words);
    if (!asked.output.empty())
        return answer(asked.output);
    auto read = read_configuration(words);
    if (!read.made)
        return refusal_of(read.mistakes);
    if (asked.value_of("show-config") != nullptr)
        return answer(show(*read.made));
    if (asked.value_of("check-config") != nullptr)
        return answer("chatd: the configuration is right\n");
    return {std::move(read.made), 0, {}, {}};
}

} // namespace chatd
