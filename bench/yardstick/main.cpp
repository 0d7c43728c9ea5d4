#include "bench/measure/probe.hpp"
#include "bench/yardstick/fan_out_server.hpp"

#include <reactor/unique_fd.hpp>
#include <reactor/version.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/signalfd.h>
#include <sys/socket.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>
#include <system_error>

namespace {

constexpr const char* description =
    "The least that a fan-out server can do, to measure others by: epoll, and one send per member "
    "and\n"
    "wake-up.  It speaks a part of chatd's protocol, has no limits and checks nothing, and so "
    "listens\n"
    "on 127.0.0.1 only.";

reactor::unique_fd owned(int fd, const std::string& call) {
    if (fd < 0)
        throw std::system_error(errno, std::system_category(), call);
    return reactor::unique_fd{fd};
}

reactor::unique_fd listen_on(std::uint16_t port) {
    auto listener =
        owned(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
    const int on = 1;
    ::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener.get(), SOMAXCONN) != 0)
        throw std::system_error(errno, std::system_category(),
                                fmt::format("cannot listen on 127.0.0.1:{}", port));
    return listener;
}

std::uint16_t port_of(int listener) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

/// Readable when the program is to end.
reactor::unique_fd stop_signals() {
    sigset_t stops;
    sigemptyset(&stops);
    sigaddset(&stops, SIGTERM);
    sigaddset(&stops, SIGINT);
    ::sigprocmask(SIG_BLOCK, &stops, nullptr);
    return owned(::signalfd(-1, &stops, SFD_CLOEXEC), "signalfd");
}

} // namespace

int main(int argc, char** argv) {
    std::uint16_t port = 0;
    CLI::App app{description, "yardstick"};
    app.add_option("--port", port, "Where to listen; 0: any free one, which is printed")
        ->type_name("PORT")
        ->check(CLI::Range(0, 65535))
        ->capture_default_str();
    app.set_version_flag("--version", fmt::format("yardstick {}", reactor::version));
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& asked) {
        return app.exit(asked);
    } catch (const CLI::ParseError& error) {
        fmt::print(stderr, "yardstick: {} (see yardstick --help)\n", error.what());
        return 2;
    }
    try {
        bench::raise_descriptor_limit();
        const auto stop = stop_signals();
        auto listener = listen_on(port);
        fmt::print("listening on 127.0.0.1:{}\n", port_of(listener.get()));
        std::fflush(stdout);
        yardstick::fan_out_server(std::move(listener)).run(stop.get());
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "yardstick: {}\n", error.what());
        return 1;
    }
}
