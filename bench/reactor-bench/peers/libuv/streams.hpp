#pragma once

#include "bench/reactor-bench/peers/libuv/with_libuv.hpp"

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace reactor_bench::with_libuv {

/// Sends what goes at once, and a copy of the rest by a request.
void send(uv_stream_t* stream, std::string_view data);

/// Connections that are read into one buffer, in which nothing is left when the callback returns.
class streams {
public:
    explicit streams(std::vector<reactor::unique_fd> connections);
    virtual ~streams() = default;
    streams(const streams&) = delete;
    streams& operator=(const streams&) = delete;

    void run() { uv_run(loop_.get(), UV_RUN_DEFAULT); }
    void stop() { uv_stop(loop_.get()); }
    /// Handles what is ready, without waiting.
    void turn() { uv_run(loop_.get(), UV_RUN_NOWAIT); }
    [[nodiscard]] std::size_t size() const noexcept { return connections_.size(); }
    [[nodiscard]] std::size_t live() const noexcept { return live_; }
    void send(std::size_t which, std::string_view data);

private:
    struct connection {
        streams* owner = nullptr;
        std::size_t number = 0;
        uv_tcp_t handle{};
    };

    virtual void received(std::size_t which, std::string_view data) = 0;
    virtual void ended(std::size_t /*which*/) {}

    static void give_buffer(uv_handle_t* handle, std::size_t suggested, uv_buf_t* buffer);
    static void on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer);

    std::vector<char> buffer_;
    std::vector<connection> connections_;
    std::size_t live_ = 0;
    loop loop_;
};

} // namespace reactor_bench::with_libuv
