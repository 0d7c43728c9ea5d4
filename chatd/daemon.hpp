#pragma once

#include "chatd/options.hpp"
#include "chatd/server.hpp"

namespace chatd {

/// The whole life of the daemon: raises the descriptor limit, listens, prints the ready line on
/// standard output, serves until SIGTERM or SIGINT and drains (a second signal ends the process at
/// once, with status 1).
/// @return  the exit status: 0 after a stop, 1 when it could not listen (said in one line on
/// standard error).
[[nodiscard]] int run_daemon(const options& chosen, const server_storage& storage = {});

} // namespace chatd
