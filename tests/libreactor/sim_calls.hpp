// The system's calls in the short form that the tests of the simulated world want.
#pragma once

#include "support/catch.hpp"
#include "system.hpp"

#include <reactor/endpoint.hpp>

#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sim_calls {

using reactor::endpoint;
namespace system = reactor::system;

inline std::string text_of(system::result given) {
    return given.ok() ? std::to_string(given.value) : "error " + std::to_string(given.error);
}

inline int fd_of(system::result given) {
    INFO(text_of(given));
    REQUIRE(given.ok());
    return static_cast<int>(given.value);
}

inline int error_of(system::result given) { return given.error; }

inline system::result send(int fd, std::string_view bytes) {
    return system::send(fd, bytes.data(), bytes.size());
}

/// What one recv gave: the bytes, or "end", or "error N".
inline std::string recv(int fd, std::size_t limit = 4096, int flags = 0) {
    std::string buffer(limit, '\0');
    const auto given = system::recv(fd, buffer, flags);
    if (!given.ok())
        return text_of(given);
    return given.value == 0 ? "end" : buffer.substr(0, static_cast<std::size_t>(given.value));
}

inline std::string error_text(int error) { return "error " + std::to_string(error); }

inline system::result bind(int fd, const endpoint& where) {
    return system::bind(fd, where.native(), where.native_size());
}

inline system::result connect(int fd, const endpoint& to) {
    return system::connect(fd, to.native(), to.native_size());
}

inline int listen_on(const endpoint& where, int backlog = 128) {
    const int fd = fd_of(system::socket(where.family(), SOCK_STREAM));
    REQUIRE(bind(fd, where).ok());
    REQUIRE(system::listen(fd, backlog).ok());
    return fd;
}

inline endpoint address_of(int fd) {
    sockaddr_storage native{};
    socklen_t size = sizeof native;
    REQUIRE(system::getsockname(fd, reinterpret_cast<sockaddr*>(&native), &size).ok());
    return endpoint::from_native(reinterpret_cast<sockaddr*>(&native), size);
}

inline int accept_one(int listener) { return fd_of(system::accept(listener, nullptr, nullptr)); }

/// The one end that is both.
inline int make_wake() {
    system::wake_ends made;
    REQUIRE(system::wake_create(made).ok());
    REQUIRE(made.watched == made.signalled);
    return made.watched;
}

inline int so_error(int fd) {
    int value = -1;
    socklen_t size = sizeof value;
    REQUIRE(system::getsockopt(fd, SOL_SOCKET, SO_ERROR, &value, &size).ok());
    return value;
}

/// What poll says of one descriptor that is watched for everything.
inline int ready(int fd) {
    std::array<pollfd, 1> entry{{{fd, POLLIN | POLLOUT | POLLPRI | POLLRDHUP, 0}}};
    REQUIRE(system::poll(entry, std::chrono::nanoseconds{0}).ok());
    return entry[0].revents;
}

inline system::result watch(int set, int fd, std::uint32_t events, int operation = EPOLL_CTL_ADD) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = static_cast<std::uint64_t>(fd);
    return system::epoll_ctl(set, operation, fd, &event);
}

/// The descriptors that one wait reported, in that order.
inline std::vector<int> wait(int set, system::wait_limit limit = std::chrono::nanoseconds{0},
                             std::size_t room = 16) {
    std::vector<epoll_event> events(room);
    const auto given = system::epoll_wait(set, events, limit);
    std::vector<int> found;
    for (std::int64_t i = 0; i < given.value; ++i)
        found.push_back(static_cast<int>(events[static_cast<std::size_t>(i)].data.u64));
    return found;
}

inline constexpr int all_over = POLLIN | POLLOUT | POLLRDHUP | POLLHUP;

} // namespace sim_calls
