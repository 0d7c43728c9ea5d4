#include "chatd/ctl/client.hpp"

#include <reactor/unique_fd.hpp>

#include <grp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>

namespace chatd::ctl {

namespace {

using clock = std::chrono::steady_clock;

std::string group_of(const std::string& path) {
    struct stat file {};
    if (::stat(path.c_str(), &file) != 0)
        return "chatd";
    const group* const found = ::getgrgid(file.st_gid); // one thread
    return found != nullptr ? found->gr_name : std::to_string(file.st_gid);
}

std::string explain_connect(const std::string& path, int error) {
    const std::string head = "cannot reach chatd at " + path + ": ";
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return head + "there is no such socket; is chatd running, with --control, and is "
                      "--socket right?";
    case EACCES:
    case EPERM:
        return head + "permission denied; be root or in group " + group_of(path);
    case ECONNREFUSED:
        return head + "nobody answers there; chatd is not running (or that is no socket)";
    default:
        return head + std::generic_category().message(error);
    }
}

/// One connection, every wait of which ends at a fixed time.
class connection {
public:
    connection(const std::string& path, clock::time_point deadline)
        : path_(path), deadline_(deadline),
          fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        if (path.empty() || path.size() >= sizeof address.sun_path)
            throw ask_failure{"'" + path + "' is no path of a socket; give 1 to 107 bytes"};
        std::memcpy(address.sun_path, path.data(), path.size());
        if (!fd_)
            throw ask_failure{"no socket: " + std::generic_category().message(errno)};
        connect(address);
    }

    /// What the peer does not take because it has ended the connection is lost; it may have said
    /// why.
    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent >= 0)
                bytes.remove_prefix(static_cast<std::size_t>(sent));
            else if (errno == EAGAIN)
                wait_for(POLLOUT);
            else if (errno == EPIPE || errno == ECONNRESET)
                return;
            else if (errno != EINTR)
                throw ask_failure{"cannot send to chatd at " + path_ + ": " +
                                  std::generic_category().message(errno)};
        }
    }

    /// Some bytes, at least one; none at the end.
    std::string_view receive() {
        for (;;) {
            const auto got = ::recv(fd_.get(), buffer_.data(), buffer_.size(), 0);
            if (got >= 0)
                return {buffer_.data(), static_cast<std::size_t>(got)};
            if (errno == EAGAIN)
                wait_for(POLLIN);
            else if (errno != EINTR)
                return {};
        }
    }

private:
    [[nodiscard]] int milliseconds_left() const {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline_ - clock::now()).count();
        if (left <= 0)
            throw ask_failure{
                "chatd at " + path_ +
                " does not answer in time; is it busy or stopped? --timeout allows more"};
        return static_cast<int>(left);
    }

    void connect(const sockaddr_un& address) {
        // A listener whose queue is full gives EAGAIN, and nothing to wait for.
        constexpr int between_attempts = 20; // ms
        while (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
               0) {
            if (errno != EAGAIN && errno != EINTR)
                throw ask_failure{explain_connect(path_, errno)};
            ::poll(nullptr, 0, std::min(between_attempts, milliseconds_left()));
        }
    }

    void wait_for(short events) {
        pollfd one{fd_.get(), events, 0};
        ::poll(&one, 1, milliseconds_left());
    }

    std::string path_;
    clock::time_point deadline_;
    reactor::unique_fd fd_;
    std::array<char, 65536> buffer_{};
};

reply ask_once(const std::string& path, const std::string& request, clock::time_point deadline) {
    connection peer(path, deadline);
    peer.send(request + "\n");
    reply_reader reader;
    while (!reader.complete()) {
        const std::string_view bytes = peer.receive();
        if (bytes.empty())
            throw ask_failure{"chatd at " + path + " went away before its answer was complete",
                              true};
        if (!reader.feed(bytes))
            throw ask_failure{"what answers at " + path + " is not chatd's control socket"};
    }
    return reader.take();
}

} // namespace

std::optional<reply> ask(const std::string& path, const std::string& request,
                         std::chrono::milliseconds timeout, ask_failure& failed) {
    try {
        return ask_once(path, request, clock::now() + timeout);
    } catch (const ask_failure& what) {
        failed = what;
        return std::nullopt;
    }
}

std::optional<reply> ask_to_upgrade(const std::string& path, const std::string& request,
                                    std::chrono::milliseconds timeout, ask_failure& failed) {
    const auto deadline = clock::now() + timeout;
    auto answer = ask(path, request, timeout, failed);
    while (!answer && failed.went_away && clock::now() < deadline) {
        constexpr int between_attempts = 20; // ms
        ::poll(nullptr, 0, between_attempts);
        ask_failure of_the_new_one;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock::now());
        answer = ask(path, "version", left, of_the_new_one);
    }
    return answer;
}

} // namespace chatd::ctl
