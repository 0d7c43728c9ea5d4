#include "bench/reactor-bench/cases/room.hpp"

#include "bench/reactor-bench/peers/asio/with_asio.hpp"

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/write.hpp>

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

namespace reactor_bench::with_asio {

namespace {

using asio::ip::tcp;
using message = std::shared_ptr<const std::string>;

/// As the library's chat example has it: a queue of what is owed, one write under way; but all
/// members share a message's bytes.  Kept alive by its operations.
class member : public std::enable_shared_from_this<member> {
public:
    using said = std::function<void(std::string_view)>;
    using gone = std::function<void(const member&)>;

    member(asio::io_context& context, reactor::unique_fd fd, said on_said, gone on_gone)
        : socket_(context, tcp::v4(), fd.release()), on_said_(std::move(on_said)),
          on_gone_(std::move(on_gone)) {}

    void read() {
        socket_.async_read_some(asio::buffer(buffer_),
                                [self = shared_from_this()](std::error_code ec, std::size_t n) {
                                    if (ec)
                                        return self->leave();
                                    self->on_said_({self->buffer_.data(), n});
                                    self->read();
                                });
    }
    void deliver(const message& what) {
        owed_.push_back(what);
        if (owed_.size() == 1)
            write();
    }

private:
    void write() {
        asio::async_write(socket_, asio::buffer(*owed_.front()),
                          [self = shared_from_this()](std::error_code ec, std::size_t /*count*/) {
                              if (ec)
                                  return;
                              self->owed_.pop_front();
                              if (!self->owed_.empty())
                                  self->write();
                          });
    }
    void leave() {
        std::error_code ignored;
        socket_.close(ignored);
        on_gone_(*this);
    }

    tcp::socket socket_;
    said on_said_;
    gone on_gone_;
    std::deque<message> owed_;
    std::array<char, 8 * 1024> buffer_{};
};

class asio_room final : public room {
public:
    explicit asio_room(std::vector<reactor::unique_fd> members) {
        for (auto& each : members) {
            const auto made = std::make_shared<member>(
                context_, std::move(each), [this](std::string_view data) { say(data); },
                [this](const member& who) { members_.erase(&who); });
            members_.emplace(made.get(), made);
            made->read();
        }
    }

    void turn() override { context_.poll(); }
    [[nodiscard]] std::size_t members() const override { return members_.size(); }

private:
    void say(std::string_view data) {
        const auto what = std::make_shared<const std::string>(data);
        for (const auto& [key, each] : members_)
            each->deliver(what);
    }

    asio::io_context context_{one_thread};
    std::unordered_map<const member*, std::shared_ptr<member>> members_;
};

} // namespace

std::unique_ptr<room> make_room(std::vector<reactor::unique_fd> members) {
    return std::make_unique<asio_room>(std::move(members));
}

} // namespace reactor_bench::with_asio
