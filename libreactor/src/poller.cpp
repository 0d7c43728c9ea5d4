#include "poller.hpp"

#include "poll_poller.hpp"
#include "wakeup.hpp"

#include <array>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace reactor::detail {

namespace {

using kind = loop_options::poller_kind;

constexpr std::array<std::pair<std::string_view, kind>, 3> names{
    {{"epoll", kind::epoll}, {"kqueue", kind::kqueue}, {"poll", kind::poll}}};

[[nodiscard]] bool is_here(kind which) noexcept {
    switch (which) {
    case kind::epoll:
        return has_epoll();
    case kind::kqueue:
        return system::kqueue_knows(system::kqueue_filter::read);
    default:
        return true;
    }
}

[[noreturn]] void refuse(const std::string& what) {
    std::string here;
    for (const auto& [name, which] : names)
        if (is_here(which))
            here += (here.empty() ? "" : " or ") + std::string(name);
    throw std::invalid_argument(what + "; on this system it can be " + here);
}

kind best() noexcept {
    for (const auto& [name, which] : names)
        if (is_here(which))
            return which;
    return kind::poll;
}

kind kind_from_environment() {
    const char* value =
        std::getenv("REACTOR_POLLER"); // NOLINT(concurrency-mt-unsafe): read, never set
    const std::string_view wanted = value != nullptr ? value : "";
    if (wanted.empty())
        return best();
    for (const auto& [name, which] : names)
        if (name == wanted && is_here(which))
            return which;
    refuse("REACTOR_POLLER is \"" + std::string(wanted) + '"');
}

} // namespace

std::error_code poller::add_wakeup(wakeup& waker, std::uint64_t tag) {
    return add(waker.fd(), {.read = true}, tag);
}

std::unique_ptr<poller> make_poller(loop_options::poller_kind which) {
    if (which == kind::automatic)
        which = kind_from_environment();
    if (!is_here(which))
        refuse(which == kind::epoll ? "the poller epoll was asked for"
                                    : "the poller kqueue was asked for");
    switch (which) {
    case kind::epoll:
        return make_epoll_poller();
    case kind::kqueue:
        return make_kqueue_poller();
    default:
        return std::make_unique<poll_poller>();
    }
}

} // namespace reactor::detail
