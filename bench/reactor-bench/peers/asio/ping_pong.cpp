#include "bench/reactor-bench/cases/ping_pong.hpp"

#include "bench/reactor-bench/peers/asio/with_asio.hpp"

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/write.hpp>

#include <array>
#include <deque>
#include <utility>

namespace reactor_bench::with_asio {

namespace {

using asio::ip::tcp;

/// Reads, writes what it read, and reads again.
class end {
public:
    end(asio::io_context& context, reactor::unique_fd fd, std::size_t number, ping_pong_work& work)
        : context_(context), socket_(context, tcp::v4(), fd.release()), number_(number),
          work_(work) {
        read();
    }

private:
    void read() {
        socket_.async_read_some(asio::buffer(buffer_), [this](std::error_code ec, std::size_t n) {
            if (ec)
                work_.failed.set("read", ec);
            else if (work_.received(number_, {buffer_.data(), n}))
                write(n);
            if (work_.done())
                context_.stop();
        });
    }
    void write(std::size_t count) {
        asio::async_write(socket_, asio::buffer(buffer_, count),
                          [this](std::error_code ec, std::size_t /*count*/) {
                              if (!ec)
                                  return read();
                              work_.failed.set("write", ec);
                              context_.stop();
                          });
    }

    asio::io_context& context_;
    tcp::socket socket_;
    std::size_t number_;
    ping_pong_work& work_;
    std::array<char, 64 * 1024> buffer_{};
};

class asio_ping_pong final : public ping_pong {
public:
    asio_ping_pong(std::vector<reactor::unique_fd> ends, ping_pong_work& work) {
        for (auto& each : ends)
            ends_.emplace_back(context_, std::move(each), ends_.size(), work);
    }

    void run() override { context_.run(); }

private:
    asio::io_context context_{one_thread};
    std::deque<end> ends_; // which stay where they are
};

} // namespace

std::unique_ptr<ping_pong> make_ping_pong(std::vector<reactor::unique_fd> ends,
                                          ping_pong_work& work) {
    return std::make_unique<asio_ping_pong>(std::move(ends), work);
}

} // namespace reactor_bench::with_asio
