#pragma once

#include "chatd/ctl/reply.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace chatd::ctl {

/// Sends one request to a control socket and waits for the answer.
/// @param path     of the socket.
/// @param request  without its LF.
/// @param timeout  for all of it together.
/// @param why      gets a sentence that names the path, what is wrong and what to do about it.
/// @return         empty when no whole answer came.
[[nodiscard]] std::optional<reply> ask(const std::string& path, const std::string& request,
                                       std::chrono::milliseconds timeout, std::string& why);

} // namespace chatd::ctl
