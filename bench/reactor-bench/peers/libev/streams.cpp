#include "bench/reactor-bench/peers/libev/streams.hpp"

#include "bench/reactor-bench/peers/over_streams.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace reactor_bench::with_libev {

streams::streams(std::vector<reactor::unique_fd> connections)
    : connections_(connections.size()), buffer_(64 * 1024), live_(connections.size()) {
    for (std::size_t i = 0; i < connections.size(); ++i) {
        auto& one = connections_[i];
        one.owner = this;
        one.number = i;
        one.fd = std::move(connections[i]);
        ev_io_init(&one.input, on_input, one.fd.get(), EV_READ);
        ev_io_init(&one.room, on_room, one.fd.get(), EV_WRITE);
        one.input.data = one.room.data = &one;
        ev_io_start(loop_.get(), &one.input);
    }
    turn(); // tells the kernel of them all
}

void streams::send(std::size_t which, std::string_view data) {
    auto& one = connections_[which];
    if (!one.fd)
        return;
    if (!one.output.send(one.fd.get(), data))
        drop(one);
    else if (!one.output.empty())
        ev_io_start(loop_.get(), &one.room);
}

void streams::on_input(struct ev_loop* /*loop*/, ev_io* watcher, int /*events*/) {
    auto& one = *static_cast<connection*>(watcher->data);
    auto& buffer = one.owner->buffer_;
    const ssize_t count = ::recv(watcher->fd, buffer.data(), buffer.size(), 0);
    if (count > 0)
        one.owner->received(one.number, {buffer.data(), static_cast<std::size_t>(count)});
    else if (count == 0 || errno != EAGAIN)
        one.owner->drop(one);
}

void streams::on_room(struct ev_loop* loop, ev_io* watcher, int /*events*/) {
    auto& one = *static_cast<connection*>(watcher->data);
    if (!one.output.flush(watcher->fd))
        one.owner->drop(one);
    else if (one.output.empty())
        ev_io_stop(loop, watcher);
}

void streams::drop(connection& one) {
    ev_io_stop(loop_.get(), &one.input);
    ev_io_stop(loop_.get(), &one.room);
    one.fd.reset();
    one.output.drop();
    --live_;
    ended(one.number);
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

} // namespace reactor_bench::with_libev
