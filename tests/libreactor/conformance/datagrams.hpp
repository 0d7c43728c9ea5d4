// Bare sockets of datagrams, and channels that keep what they get.
#pragma once

#include <reactor/datagram.hpp>
#include <reactor/dispatcher.hpp>
#include <reactor/endpoint.hpp>
#include <reactor/unique_fd.hpp>

#include "libreactor/conformance/hooked_channels.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace datagrams {

/// `text` and whom it came from.
struct message {
    std::string text;
    reactor::endpoint from;
};

/// An address of the test's own to bind to: a free port, or a path in `directory`.
inline reactor::endpoint any_address(int family, const support::temp_dir& directory,
                                     const std::string& name) {
    return family == AF_INET    ? reactor::endpoint::loopback_v4(0)
           : family == AF_INET6 ? reactor::endpoint::loopback_v6(0)
                                : reactor::endpoint::unix_path(directory.file(name));
}

/// The other side: a socket that is asked, never waited for.
class bare_socket {
public:
    explicit bare_socket(const reactor::endpoint& at)
        : fd_(::socket(at.family(), SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
        if (!fd_ || ::bind(fd_.get(), at.native(), at.native_size()) != 0)
            throw std::system_error(errno, std::system_category(), "bind " + at.to_string());
    }

    [[nodiscard]] reactor::endpoint address() const {
        sockaddr_storage bound{};
        socklen_t size = sizeof bound;
        REQUIRE(::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&bound), &size) == 0);
        return reactor::endpoint::from_native(reinterpret_cast<sockaddr*>(&bound), size);
    }
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }
    reactor::unique_fd release() noexcept { return std::move(fd_); }

    /// 0, or the errno.
    int try_send(std::string_view text, const reactor::endpoint& to) const {
        const auto sent =
            ::sendto(fd_.get(), text.data(), text.size(), 0, to.native(), to.native_size());
        return sent < 0 ? errno : 0;
    }
    void send(std::string_view text, const reactor::endpoint& to) const {
        REQUIRE(try_send(text, to) == 0);
    }
    [[nodiscard]] std::optional<message> receive() const {
        std::array<char, 4096> bytes{};
        sockaddr_storage from{};
        socklen_t size = sizeof from;
        const auto got = ::recvfrom(fd_.get(), bytes.data(), bytes.size(), 0,
                                    reinterpret_cast<sockaddr*>(&from), &size);
        if (got < 0)
            return std::nullopt;
        return message{{bytes.data(), static_cast<std::size_t>(got)},
                       reactor::endpoint::from_native(reinterpret_cast<sockaddr*>(&from), size)};
    }
    /// All that is there.
    [[nodiscard]] std::vector<std::string> texts() const {
        std::vector<std::string> all;
        while (auto one = receive())
            all.push_back(std::move(one->text));
        return all;
    }
    void close() noexcept { fd_.reset(); }

private:
    reactor::unique_fd fd_;
};

/// A channel that is bound, and without `on_read` keeps what it receives, until would-block.
class channel : public hooked::dispatcher {
public:
    channel(reactor::loop& owner, const reactor::endpoint& at) : dispatcher(owner) {
        create_socket(at.family(), SOCK_DGRAM);
        bind(at);
        on_read = [this] { take_all(); };
    }
    explicit channel(reactor::loop& owner) : dispatcher(owner) {
        on_read = [this] { take_all(); };
    }

    void take_all() {
        for (;;) {
            reactor::endpoint from;
            const auto got = recv_from(receive_buffer(), from);
            if (got.ec) {
                if (!got.would_block())
                    failures.push_back(got.ec);
                return;
            }
            messages.push_back({{receive_buffer().data(), got.n}, from});
        }
    }

    std::vector<message> messages;
    std::vector<std::error_code> failures; ///< What receives gave, other than would-block.
};

} // namespace datagrams
