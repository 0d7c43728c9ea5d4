#pragma once

#include "chatd/ctl/reply.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace chatd::ctl {

/// Why no whole answer came.
struct ask_failure {
    std::string why;        ///< A sentence that names the path, what is wrong and what to do.
    bool went_away = false; ///< The daemon had taken the request, and ended the connection.
};

/// Sends one request to a control socket and waits for the answer.
/// @param path     of the socket.
/// @param request  without its LF.
/// @param timeout  for all of it together.
/// @return         empty when no whole answer came; then `failed` tells why.
[[nodiscard]] std::optional<reply> ask(const std::string& path, const std::string& request,
                                       std::chrono::milliseconds timeout, ask_failure& failed);

/// The same for `upgrade`: when the daemon goes away because another program takes its place, asks
/// that one, within the same time, what version it is.
[[nodiscard]] std::optional<reply> ask_to_upgrade(const std::string& path,
                                                  const std::string& request,
                                                  std::chrono::milliseconds timeout,
                                                  ask_failure& failed);

} // namespace chatd::ctl
