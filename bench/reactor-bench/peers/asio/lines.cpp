#include "bench/reactor-bench/cases/lines.hpp"

#include "bench/reactor-bench/peers/asio/output.hpp"
#include "bench/reactor-bench/peers/asio/with_asio.hpp"

#include <asio/io_context.hpp>
#include <asio/read_until.hpp>

#include <deque>
#include <string>
#include <utility>

namespace reactor_bench::with_asio {

namespace {

class session {
public:
    session(asio::io_context& context, reactor::unique_fd fd)
        : socket_(context, tcp::v4(), fd.release()) {
        read();
    }

private:
    void read() {
        asio::async_read_until(socket_, asio::dynamic_buffer(input_), '\n',
                               [this](std::error_code ec, std::size_t end) {
                                   if (!ec)
                                       answer(end);
                               });
    }
    /// The first line ends at `end`; others may have come with it.
    void answer(std::size_t end) {
        std::size_t begin = 0;
        for (; end != 0; end = input_.find('\n', begin) + 1) {
            output_.send(std::string_view(input_).substr(begin, end - begin));
            begin = end;
        }
        input_.erase(0, begin);
        read();
    }

    tcp::socket socket_;
    std::string input_;
    output output_{socket_};
};

class asio_line_server final : public line_server {
public:
    explicit asio_line_server(std::vector<reactor::unique_fd> connections) {
        for (auto& each : connections)
            sessions_.emplace_back(context_, std::move(each));
    }

    void turn() override { context_.poll(); }

private:
    asio::io_context context_{one_thread};
    std::deque<session> sessions_; // which stay where they are
};

} // namespace

std::unique_ptr<line_server> make_line_server(std::vector<reactor::unique_fd> connections) {
    return std::make_unique<asio_line_server>(std::move(connections));
}

} // namespace reactor_bench::with_asio
