#include "bench/reactor-bench/cases/ring.hpp"
#include "bench/reactor-bench/peers/libuv/with_libuv.hpp"

#include <sys/socket.h>

#include <utility>

namespace reactor_bench::with_libuv {

namespace {

struct place {
    uv_poll_t watch{};
    int reader = -1;
    int next_writer = -1;
    ring_work* work = nullptr;
};

void on_readable(uv_poll_t* watch, int status, int /*events*/) {
    auto& here = *static_cast<place*>(watch->data);
    char byte = 0;
    if (status < 0)
        here.work->failed.set("uv_poll", error_of(status));
    else if (::recv(here.reader, &byte, 1, 0) != 1)
        here.work->failed.set("recv");
    else if (here.work->received(byte) && ::send(here.next_writer, &byte, 1, MSG_NOSIGNAL) != 1)
        here.work->failed.set("send");
    if (here.work->done())
        uv_stop(watch->loop);
}

/// uv_poll_t, not streams: the ring is about readiness.
class libuv_ring final : public ring {
public:
    explicit libuv_ring(std::vector<socket_pair> sockets)
        : sockets_(std::move(sockets)), places_(sockets_.size()) {
        for (std::size_t i = 0; i < places_.size(); ++i) {
            auto& here = places_[i];
            here.reader = sockets_[i].reader.get();
            here.next_writer = sockets_[(i + 1) % sockets_.size()].writer.get();
            check(uv_poll_init(loop_.get(), &here.watch, here.reader), "uv_poll_init");
            here.watch.data = &here;
            check(uv_poll_start(&here.watch, UV_READABLE, on_readable), "uv_poll_start");
        }
        uv_run(loop_.get(), UV_RUN_NOWAIT); // tells the kernel of them all
    }

    void run(ring_work& work) override {
        for (auto& each : places_)
            each.work = &work;
        uv_run(loop_.get(), UV_RUN_DEFAULT);
    }

private:
    std::vector<socket_pair> sockets_;
    std::vector<place> places_;
    loop loop_;
};

} // namespace

std::unique_ptr<ring> make_ring(std::vector<socket_pair> sockets) {
    return std::make_unique<libuv_ring>(std::move(sockets));
}

} // namespace reactor_bench::with_libuv
