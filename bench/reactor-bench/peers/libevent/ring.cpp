#include "bench/reactor-bench/cases/ring.hpp"
#include "bench/reactor-bench/peers/libevent/with_libevent.hpp"

#include <sys/socket.h>

#include <utility>

namespace reactor_bench::with_libevent {

namespace {

struct place {
    owned_event watch;
    int next_writer = -1;
    ring_work* work = nullptr;
};

void on_readable(int reader, short /*events*/, void* argument) {
    auto& here = *static_cast<place*>(argument);
    char byte = 0;
    if (::recv(reader, &byte, 1, 0) != 1)
        here.work->failed.set("recv");
    else if (here.work->received(byte) && ::send(here.next_writer, &byte, 1, MSG_NOSIGNAL) != 1)
        here.work->failed.set("send");
    if (here.work->done())
        event_base_loopbreak(event_get_base(here.watch.get()));
}

class libevent_ring final : public ring {
public:
    explicit libevent_ring(std::vector<socket_pair> sockets)
        : sockets_(std::move(sockets)), places_(sockets_.size()) {
        for (std::size_t i = 0; i < places_.size(); ++i) {
            auto& here = places_[i];
            here.next_writer = sockets_[(i + 1) % sockets_.size()].writer.get();
            here.watch = make_event(base_.get(), sockets_[i].reader.get(), EV_READ | EV_PERSIST,
                                    on_readable, &here);
            event_add(here.watch.get(), nullptr);
        }
    }

    void run(ring_work& work) override {
        for (auto& each : places_)
            each.work = &work;
        event_base_dispatch(base_.get());
    }

private:
    std::vector<socket_pair> sockets_;
    owned_base base_ = make_base();
    std::vector<place> places_;
};

} // namespace

std::unique_ptr<ring> make_ring(std::vector<socket_pair> sockets) {
    return std::make_unique<libevent_ring>(std::move(sockets));
}

} // namespace reactor_bench::with_libevent
