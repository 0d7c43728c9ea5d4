#include "poller.hpp"

#include "epoll_poller.hpp"
#include "poll_poller.hpp"

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

namespace reactor::detail {

namespace {

loop_options::poller_kind kind_from_environment() {
    const char* value =
        std::getenv("REACTOR_POLLER"); // NOLINT(concurrency-mt-unsafe): read, never set
    const std::string_view wanted = value != nullptr ? value : "";
    if (wanted.empty() || wanted == "epoll")
        return loop_options::poller_kind::epoll;
    if (wanted == "poll")
        return loop_options::poller_kind::poll;
    throw std::invalid_argument("REACTOR_POLLER is \"" + std::string(wanted) +
                                "\"; it can be epoll or poll");
}

} // namespace

std::unique_ptr<poller> make_poller(loop_options::poller_kind kind) {
    if (kind == loop_options::poller_kind::automatic)
        kind = kind_from_environment();
    if (kind == loop_options::poller_kind::poll)
        return std::make_unique<poll_poller>();
    return std::make_unique<epoll_poller>();
}

} // namespace reactor::detail
