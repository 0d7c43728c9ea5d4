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
        reader_.non_blocking(true);
        writer_.non_blocking(true);
    }
    void follow_with(place& next) noexcept { next_ = &next; }
    void start(ring_work& work) {
        work_ = &work;
        wait();
    }

private:
    /// The ring is about readiness, so the loop is asked for that, and the calls are made here.
    void wait() {
        reader_.async_wait(protocol::socket::wait_read, [this](std::error_code ec) { ready(ec); });
    }
    void ready(std::error_code ec) {
        char byte = 0;
        if (!ec)
            reader_.read_some(asio::buffer(&byte, 1), ec);
        if (!ec && work_->received(byte))
            next_->writer_.write_some(asio::buffer(&byte, 1), ec);
        if (ec)
            work_->failed.set("ring", ec);
        if (work_->done())
            context_.stop();
        else
            wait();
    }

    asio::io_context& context_;
    protocol::socket reader_;
    protocol::socket writer_;
    place* next_ = nullptr;
    ring_work* work_ = nullptr;
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
