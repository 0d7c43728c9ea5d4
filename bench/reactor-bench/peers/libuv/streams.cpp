#include "bench/reactor-bench/peers/libuv/streams.hpp"

#include "bench/reactor-bench/peers/over_streams.hpp"

#include <string>
#include <utility>

namespace reactor_bench::with_libuv {

namespace {

struct write_request {
    uv_write_t request{};
    std::string data;
};

uv_buf_t buffer_of(std::string_view data) {
    // libuv does not write to what it sends.
    return uv_buf_init(const_cast<char*>(data.data()), static_cast<unsigned>(data.size()));
}

void on_written(uv_write_t* request, int /*status*/) {
    delete static_cast<write_request*>(request->data);
}

uv_stream_t* as_stream(uv_tcp_t& handle) { return reinterpret_cast<uv_stream_t*>(&handle); }
uv_handle_t* as_handle(uv_tcp_t& handle) { return reinterpret_cast<uv_handle_t*>(&handle); }

} // namespace

void send(uv_stream_t* stream, std::string_view data) {
    const uv_buf_t whole = buffer_of(data);
    const int sent = uv_try_write(stream, &whole, 1);
    if (sent < 0 && sent != UV_EAGAIN)
        return; // a read tells of it
    data.remove_prefix(sent < 0 ? 0 : static_cast<std::size_t>(sent));
    if (data.empty())
        return;
    auto rest = std::make_unique<write_request>();
    rest->data = data;
    rest->request.data = rest.get();
    const uv_buf_t left = buffer_of(rest->data);
    if (uv_write(&rest->request, stream, &left, 1, on_written) == 0)
        static_cast<void>(rest.release()); // on_written has it
}

streams::streams(std::vector<reactor::unique_fd> connections)
    : buffer_(64 * 1024), connections_(connections.size()), live_(connections.size()) {
    for (std::size_t i = 0; i < connections.size(); ++i) {
        auto& one = connections_[i];
        one.owner = this;
        one.number = i;
        check(uv_tcp_init(loop_.get(), &one.handle), "uv_tcp_init");
        one.handle.data = &one;
        check(uv_tcp_open(&one.handle, connections[i].get()), "uv_tcp_open");
        static_cast<void>(connections[i].release());
        check(uv_read_start(as_stream(one.handle), give_buffer, on_read), "uv_read_start");
    }
    turn(); // tells the kernel of them all
}

void streams::send(std::size_t which, std::string_view data) {
    if (uv_is_closing(as_handle(connections_[which].handle)) == 0)
        with_libuv::send(as_stream(connections_[which].handle), data);
}

void streams::give_buffer(uv_handle_t* handle, std::size_t /*suggested*/, uv_buf_t* buffer) {
    auto& shared = static_cast<connection*>(handle->data)->owner->buffer_;
    *buffer = uv_buf_init(shared.data(), static_cast<unsigned>(shared.size()));
}

void streams::on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
    auto& one = *static_cast<connection*>(stream->data);
    if (count > 0) {
        one.owner->received(one.number, {buffer->base, static_cast<std::size_t>(count)});
    } else if (count < 0) {
        uv_close(as_handle(one.handle), nullptr);
        --one.owner->live_;
        one.owner->ended(one.number);
    }
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

} // namespace reactor_bench::with_libuv
