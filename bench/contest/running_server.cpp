#include "bench/contest/running_server.hpp"

#include <reactor/unique_fd.hpp>

#include <fmt/format.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <system_error>

namespace contest {

namespace {

using namespace std::chrono_literals;

constexpr auto start_patience = 20s;
constexpr auto end_patience = 20s;

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

reactor::unique_fd make_socket() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        throw std::system_error(errno, std::system_category(), "socket");
    return reactor::unique_fd{fd};
}

/// One that nobody uses now; the system gives others first before this one again.
std::uint16_t free_port() {
    const auto probe = make_socket();
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (::bind(probe.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
        ::getsockname(probe.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
        throw std::system_error(errno, std::system_category(), "a free port");
    return ntohs(address.sin_port);
}

bool takes_connections(std::uint16_t port) {
    const auto probe = make_socket();
    const sockaddr_in address = loopback(port);
    return ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

} // namespace

running_server::running_server(const contender& what, std::optional<unsigned> core,
                               const held_signals& signals)
    : signals_(signals), port_(free_port()),
      process_({.argv = what.prepare(directory_.path(), port_),
                .directory = directory_.path(),
                .output = directory_.path() / "output",
                .core = core},
               signals) {
    await_connections(what.name);
}

std::string running_server::address() const { return fmt::format("127.0.0.1:{}", port_); }

std::string running_server::end() {
    process_.ask_to_end();
    if (!process_.wait(end_patience))
        throw std::runtime_error("the server does not end");
    return process_.last_line();
}

void running_server::await_connections(const std::string& name) {
    const auto end = std::chrono::steady_clock::now() + start_patience;
    while (!takes_connections(port_)) {
        if (process_.ended())
            throw std::runtime_error(fmt::format("{} {}", name, process_.last_words()));
        if (std::chrono::steady_clock::now() > end)
            throw std::runtime_error(fmt::format("{} takes no connections on {} after {} s", name,
                                                 address(), start_patience.count()));
        signals_.wait(10ms);
    }
}

} // namespace contest
