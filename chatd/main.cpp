#include "chatd/config/command_line.hpp"
#include "chatd/daemon.hpp"
#include "chatd/upgrade/question.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>

int main(int argc, char** argv) {
    try {
        if (const auto status = chatd::answer_upgrade_question(argc, argv))
            return *status;
        const auto line = chatd::parse_command_line(argc, argv);
        std::fputs(line.output.c_str(), stdout);
        std::fputs(line.error.c_str(), stderr);
        return line.chosen ? chatd::run_daemon(*line.chosen) : line.status;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "chatd: %s\n", e.what());
        return EXIT_FAILURE;
    }
}
