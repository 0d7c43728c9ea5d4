// How listening sockets go from one process to the next.
#include "chatd/listeners.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <utility>

namespace chatd {

namespace {

reactor::endpoint own_address(int fd) noexcept {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    return ::getsockname(fd, any, &size) == 0 ? reactor::endpoint::from_native(any, size)
                                              : reactor::endpoint{};
}

/// Whether a socket with the address `own` is one that was asked to listen at `asked`.
bool is_at(const reactor::endpoint& own, reactor::endpoint asked) noexcept {
    if (own.family() == AF_UNSPEC)
        return false;
    if (asked.port() == 0)
        asked.set_port(own.port());
    return own == asked;
}

} // namespace

reactor::unique_fd listener::give_back() noexcept {
    socket_file_.clear();
    return detach();
}

/// The first socket that listens where `address` says; port 0 is any.
reactor::unique_fd listener_set::take_handed(const reactor::endpoint& address) {
    const auto found = std::find_if(handed_.begin(), handed_.end(), [&](const auto& fd) {
        return fd && is_at(own_address(fd.get()), address);
    });
    return found != handed_.end() ? std::exchange(*found, reactor::unique_fd{})
                                  : reactor::unique_fd{};
}

void listener_set::open_handed() {
    for (reactor::unique_fd& fd : std::exchange(handed_, {})) {
        if (!fd)
            continue; // in use
        auto made = std::make_unique<listener>(loop_, limit_, acceptor_, log_);
        std::error_code ec;
        made->take_over(std::move(fd), ec);
        if (ec)
            log_.warning("listen_failed", {{"reason", ec.message()}});
        else
            listeners_.push_back(std::move(made));
    }
}

/// Closes what `open` has made, and has again what it was handed.
void listener_set::undo_open() {
    for (const auto& one : listeners_)
        if (one->taken_over())
            handed_.push_back(one->give_back());
    close_all();
    listeners_.clear();
}

void listener_set::pause(bool on) noexcept {
    for (const auto& one : listeners_) {
        if (on)
            one->pause_reading();
        else
            one->resume_reading();
    }
}

std::vector<int> listener_set::descriptors() const {
    std::vector<int> all;
    for (const auto& one : listeners_)
        if (one->is_open())
            all.push_back(one->fileno());
    return all;
}

void listener_set::let_go() noexcept {
    for (const auto& one : listeners_)
        one->let_go();
}

} // namespace chatd
