#include "chatd/control/words.hpp"
#include "chatd/ctl/client.hpp"
#include "chatd/ctl/options.hpp"
#include "chatd/ctl/show.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

namespace {

int run(const chatd::ctl::options& chosen) {
    using namespace chatd::ctl;
    ask_failure failed;
    const auto request = chatd::control::join_words(chosen.words);
    const auto answer = chosen.words.front() == "upgrade"
                            ? ask_to_upgrade(chosen.socket, request, chosen.timeout, failed)
                            : ask(chosen.socket, request, chosen.timeout, failed);
    if (!answer) {
        std::fprintf(stderr, "chatctl: %s\n", failed.why.c_str());
        return refused_status;
    }
    const std::string shown = chosen.json ? as_json(*answer) : as_text(*answer);
    if (answer->ok || !answer->lines.empty())
        std::fputs(shown.c_str(), stdout);
    if (std::fflush(stdout) != 0) {
        std::perror("chatctl: cannot write the answer");
        return refused_status;
    }
    if (answer->ok)
        return EXIT_SUCCESS;
    std::fprintf(stderr, "chatctl: %s\n", answer->error.c_str());
    return answer->error.starts_with("usage: ") ? usage_error_status : refused_status;
}

} // namespace

int main(int argc, char** argv) {
    try {
        const auto line = chatd::ctl::parse_command_line(argc, argv);
        std::fputs(line.output.c_str(), stdout);
        std::fputs(line.error.c_str(), stderr);
        return line.chosen ? run(*line.chosen) : line.status;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "chatctl: %s\n", e.what());
        return chatd::ctl::refused_status;
    }
}
