#include "bench/reactor-bench/peers/raw_epoll/streams.hpp"

#include "bench/reactor-bench/peers/over_streams.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace reactor_bench::with_epoll {

streams::streams(std::vector<reactor::unique_fd> connections)
    : connections_(connections.size()), buffer_(64 * 1024), live_(connections.size()) {
    for (std::size_t i = 0; i < connections.size(); ++i) {
        connections_[i].fd = std::move(connections[i]);
        set_.add(connections_[i].fd.get(), i);
    }
}

void streams::run() {
    while (!stopped_)
        handle_ready(-1);
}

void streams::handle_ready(int timeout_ms) {
    for (const auto& event : set_.wait(timeout_ms)) {
        const std::size_t which = event.data.u64;
        auto& one = connections_[which];
        if (one.fd && (event.events & EPOLLOUT) != 0 && !one.output.flush(one.fd.get()))
            drop(which);
        if (one.fd && (event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
            read(which);
        if (one.fd && one.blocked != !one.output.empty())
            ask_for_room(which);
    }
}

void streams::read(std::size_t which) {
    auto& one = connections_[which];
    const ssize_t count = ::recv(one.fd.get(), buffer_.data(), buffer_.size(), 0);
    if (count > 0)
        received(which, {buffer_.data(), static_cast<std::size_t>(count)});
    else if (count == 0 || errno != EAGAIN)
        drop(which);
}

void streams::send(std::size_t which, std::string_view data) {
    auto& one = connections_[which];
    if (!one.fd)
        return;
    if (!one.output.send(one.fd.get(), data))
        drop(which);
    else if (!one.output.empty() && !one.blocked)
        ask_for_room(which);
}

void streams::ask_for_room(std::size_t which) {
    auto& one = connections_[which];
    one.blocked = !one.output.empty();
    set_.change(one.fd.get(), which, one.blocked ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

void streams::drop(std::size_t which) {
    auto& one = connections_[which];
    one.fd.reset();
    one.output.drop();
    one.blocked = false;
    --live_;
    ended(which);
}

std::unique_ptr<ping_pong> make_ping_pong(std::vector<reactor::unique_fd> ends,
                                          ping_pong_work& work) {
    return std::make_unique<ping_pong_over<streams>>(std::move(ends), work);
}

std::unique_ptr<line_server> make_line_server(std::vector<reactor::unique_fd> connections) {
    return std::make_unique<line_server_over<streams>>(std::move(connections));
}

std::unique_ptr<room> make_room(std::vector<reactor::unique_fd> members) {
    return std::make_unique<room_over<streams>>(std::move(members));
}

} // namespace reactor_bench::with_epoll
