#include "bench/reactor-bench/peers/pending_output.hpp"

#include <sys/socket.h>

#include <cerrno>

namespace reactor_bench {

namespace {

/// How much went; -1: the peer is gone.
ssize_t try_send(int fd, std::string_view data) noexcept {
    const ssize_t sent = ::send(fd, data.data(), data.size(), MSG_NOSIGNAL);
    return sent < 0 && errno == EAGAIN ? 0 : sent;
}

} // namespace

bool pending_output::send(int fd, std::string_view data) {
    if (!empty()) {
        bytes_.append(data);
        return true;
    }
    const ssize_t sent = try_send(fd, data);
    if (sent >= 0 && static_cast<std::size_t>(sent) < data.size())
        bytes_.assign(data.substr(static_cast<std::size_t>(sent)));
    return sent >= 0;
}

bool pending_output::flush(int fd) {
    const ssize_t sent = try_send(fd, std::string_view(bytes_).substr(sent_));
    if (sent < 0)
        return false;
    sent_ += static_cast<std::size_t>(sent);
    if (sent_ == bytes_.size()) {
        bytes_.clear();
        sent_ = 0;
    }
    return true;
}

} // namespace reactor_bench
