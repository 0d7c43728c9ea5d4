#include "bench/reactor-bench/cases/accept.hpp"

#include "bench/reactor-bench/peers/libuv/streams.hpp"

#include <array>
#include <memory>
#include <utility>

namespace reactor_bench::with_libuv {

namespace {

class libuv_acceptor final : public acceptor {
public:
    libuv_acceptor(reactor::unique_fd listening, accept_log& log) : log_(log) {
        check(uv_tcp_init(loop_.get(), &listener_), "uv_tcp_init");
        listener_.data = this;
        check(uv_tcp_open(&listener_, listening.get()), "uv_tcp_open");
        static_cast<void>(listening.release());
        check(uv_listen(reinterpret_cast<uv_stream_t*>(&listener_), SOMAXCONN, on_connection),
              "uv_listen");
    }
    ~libuv_acceptor() override {
        // Those that are left are the loop's to close; nobody else has them.
        uv_walk(
            loop_.get(),
            [](uv_handle_t* handle, void* listener) {
                if (handle != listener && handle->type == UV_TCP && uv_is_closing(handle) == 0)
                    uv_close(handle, on_closed);
            },
            &listener_);
    }

    void turn() override { uv_run(loop_.get(), UV_RUN_NOWAIT); }

private:
    struct connection {
        uv_tcp_t handle{};
        libuv_acceptor* owner = nullptr;
    };

    static void on_connection(uv_stream_t* listener, int status) {
        auto& self = *static_cast<libuv_acceptor*>(listener->data);
        if (status < 0)
            return self.log_.failed.set("uv_listen", error_of(status));
        auto made = std::make_unique<connection>();
        made->owner = &self;
        made->handle.data = made.get();
        auto* const stream = reinterpret_cast<uv_stream_t*>(&made->handle);
        uv_tcp_init(listener->loop, &made->handle);
        auto* const one = made.release(); // on_closed has it
        if (const int failed = uv_accept(listener, stream); failed < 0) {
            self.log_.failed.set("uv_accept", error_of(failed));
            uv_close(reinterpret_cast<uv_handle_t*>(&one->handle), on_closed);
            return;
        }
        ++self.log_.accepted;
        ++self.log_.live;
        send(stream, greeting);
        uv_read_start(stream, give_buffer, on_read);
    }

    static void give_buffer(uv_handle_t* handle, std::size_t /*suggested*/, uv_buf_t* buffer) {
        auto& shared = static_cast<connection*>(handle->data)->owner->buffer_;
        *buffer = uv_buf_init(shared.data(), static_cast<unsigned>(shared.size()));
    }

    static void on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* /*buffer*/) {
        if (count >= 0)
            return;
        --static_cast<connection*>(stream->data)->owner->log_.live;
        uv_close(reinterpret_cast<uv_handle_t*>(stream), on_closed);
    }
    static void on_closed(uv_handle_t* handle) { delete static_cast<connection*>(handle->data); }

    accept_log& log_;
    std::array<char, 512> buffer_{};
    uv_tcp_t listener_{};
    loop loop_;
};

} // namespace

std::unique_ptr<acceptor> make_acceptor(reactor::unique_fd listener, accept_log& log) {
    return std::make_unique<libuv_acceptor>(std::move(listener), log);
}

} // namespace reactor_bench::with_libuv
