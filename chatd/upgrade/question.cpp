#include "chatd/upgrade/question.hpp"

#include "chatd/config/command_line.hpp"
#include "chatd/upgrade/state_format.hpp"

#include <cstdio>
#include <vector>

namespace chatd {

std::string upgrade_consent(std::string_view format) {
    return "chatd: takes over state of format " + std::string(format) + "\n";
}

std::optional<int> answer_upgrade_question(int argc, const char* const* argv) {
    const std::string_view first = argc > 1 ? argv[1] : "";
    if (!first.starts_with(upgrade_question))
        return std::nullopt;
    const auto format = first.substr(upgrade_question.size());
    if (format != std::to_string(state_format)) {
        std::printf("chatd: reads state of format %u, not %.*s\n", state_format,
                    static_cast<int>(format.size()), format.data());
        return usage_error_status;
    }
    std::vector<const char*> words(argv, argv + argc);
    words.erase(words.begin() + 1);
    const auto line = parse_command_line(static_cast<int>(words.size()), words.data());
    std::fputs(line.chosen ? upgrade_consent(format).c_str() : line.error.c_str(), stdout);
    return line.chosen ? 0 : usage_error_status;
}

} // namespace chatd
