// The daemon, whose loop hangs for ever after SIGUSR1: for tests of the watchdog.
#include "chatd/config/command_line.hpp"
#include "chatd/daemon.hpp"
#include "chatd/memory_name_registry.hpp"

#include <reactor/loop.hpp>

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <memory>

namespace {

std::unique_ptr<chatd::name_registry> names_of_a_loop_that_hangs(reactor::loop& owner) {
    owner.on_signal(SIGUSR1, [] {
        for (;;)
            ::pause();
    });
    return chatd::server_storage::in_memory_names(owner);
}

} // namespace

int main(int argc, char** argv) {
    chatd::server_storage storage;
    storage.make_names = names_of_a_loop_that_hangs;
    const auto line = chatd::parse_command_line(argc, argv);
    std::fputs(line.output.c_str(), stdout);
    std::fputs(line.error.c_str(), stderr);
    return line.chosen ? chatd::run_daemon(*line.chosen, storage) : line.status;
}
