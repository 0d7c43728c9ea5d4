#include "bench/reactor-bench/cases/ring.hpp"
#include "bench/reactor-bench/peers/asio/with_asio.hpp"

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/local/stream_protocol.hpp>

#include <deque>
#include <utility>

namespace reactor_bench::with_asio {

namespace {

using protocol = asio::local::stream_protocol;

class place {
public:
    place(asio::io_context& context, socket_pair pair)
        : context_(context), reader_(context, protocol(), pair.reader.release()),
          writer_(context, protocol(), pair.writer.release()) {
        writer_.non_blocking(true);
    }
    void follow_with(place& next) noexcept { next_ = &next; }
    void start(ring_work& work) {
        work_ = &work;
        read();
    }

private:
    void read() {
        reader_.async_read_some(asio::buffer(&byte_, 1),
                                [this](std::error_code ec, std::size_t) { received(ec); });
    }
    /// The write is made at once: there is always room for it.
    void received(std::error_code ec) {
        if (ec) {
            work_->failed.set("read", ec);
        } else if (work_->received(byte_)) {
            next_->writer_.write_some(asio::buffer(&byte_, 1), ec);
            if (ec)
                work_->failed.set("write", ec);
        }
        if (work_->done())
            context_.stop();
        else
            read();
    }

    asio::io_context& context_;
    protocol::socket reader_;
    protocol::socket writer_;
    place* next_ = nullptr;
    ring_work* work_ = nullptr;
    char byte_ = 0;
};

class asio_ring final : public ring {
public:
    explicit asio_ring(std::vector<socket_pair> sockets) {
        for (auto& pair : sockets)
            places_.emplace_back(context_, std::move(pair));
        for (std::size_t i = 0; i < places_.size(); ++i)
            places_[i].follow_with(places_[(i + 1) % places_.size()]);
    }

    void run(ring_work& work) override {
        for (auto& each : places_)
            each.start(work);
        context_.run();
    }

private:
    asio::io_context context_{one_thread};
    std::deque<place> places_;
};

} // namespace

std::unique_ptr<ring> make_ring(std::vector<socket_pair> sockets) {
    return std::make_unique<asio_ring>(std::move(sockets));
}

} // namespace reactor_bench::with_asio
