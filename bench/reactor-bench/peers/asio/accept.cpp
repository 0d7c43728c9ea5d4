#include "bench/reactor-bench/cases/accept.hpp"

#include "bench/reactor-bench/peers/asio/with_asio.hpp"

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/write.hpp>

#include <array>
#include <memory>
#include <utility>

namespace reactor_bench::with_asio {

namespace {

using asio::ip::tcp;

/// Kept alive by its operations.
class session : public std::enable_shared_from_this<session> {
public:
    session(tcp::socket socket, accept_log& log) : socket_(std::move(socket)), log_(log) {}

    void start() {
        asio::async_write(socket_, asio::buffer(acceptor::greeting),
                          [self = shared_from_this()](std::error_code ec, std::size_t /*count*/) {
                              if (ec)
                                  self->log_.failed.set("write", ec);
                          });
        read();
    }

private:
    void read() {
        socket_.async_read_some(asio::buffer(buffer_),
                                [self = shared_from_this()](std::error_code ec, std::size_t) {
                                    if (!ec)
                                        return self->read();
                                    self->socket_.close(ec);
                                    --self->log_.live;
                                });
    }

    tcp::socket socket_;
    accept_log& log_;
    std::array<char, 512> buffer_{};
};

class asio_acceptor final : public acceptor {
public:
    asio_acceptor(reactor::unique_fd listener, accept_log& log)
        : log_(log), acceptor_(context_, tcp::v4(), listener.release()) {
        accept();
    }

    void turn() override { context_.poll(); }

private:
    void accept() {
        acceptor_.async_accept([this](std::error_code ec, tcp::socket made) {
            if (ec)
                return log_.failed.set("accept", ec);
            ++log_.accepted;
            ++log_.live;
            std::make_shared<session>(std::move(made), log_)->start();
            accept();
        });
    }

    accept_log& log_;
    asio::io_context context_{one_thread};
    tcp::acceptor acceptor_;
};

} // namespace

std::unique_ptr<acceptor> make_acceptor(reactor::unique_fd listener, accept_log& log) {
    return std::make_unique<asio_acceptor>(std::move(listener), log);
}

} // namespace reactor_bench::with_asio
