// The daemon over storage that takes its time: the transcripts must not notice.
#include "chatd/config/command_line.hpp"
#include "chatd/daemon.hpp"
#include "support/slow_storage.hpp"

int main(int argc, char** argv) {
    const auto line = chatd::parse_command_line(argc, argv);
    return line.chosen ? chatd::run_daemon(*line.chosen, support::slow_storage()) : line.status;
}
