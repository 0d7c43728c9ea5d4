#include "bench/reactor-bench/cases/ring.hpp"
#include "bench/reactor-bench/peers/raw_epoll/raw_epoll.hpp"

#include <sys/socket.h>

#include <utility>

namespace reactor_bench::with_epoll {

namespace {

class epoll_ring final : public ring {
public:
    explicit epoll_ring(std::vector<socket_pair> sockets) : sockets_(std::move(sockets)) {
        for (std::size_t i = 0; i < sockets_.size(); ++i) {
            const auto& next = sockets_[(i + 1) % sockets_.size()];
            places_.push_back({sockets_[i].reader.get(), next.writer.get()});
            set_.add(places_[i].reader, i);
        }
    }

    void run(ring_work& work) override {
        while (!work.done()) {
            for (const auto& event : set_.wait())
                pass_on(places_[event.data.u64], work);
        }
    }

private:
    struct place {
        int reader;
        int next_writer;
    };

    static void pass_on(const place& here, ring_work& work) {
        char byte = 0;
        if (::recv(here.reader, &byte, 1, 0) != 1)
            work.failed.set("recv");
        else if (work.received(byte) && ::send(here.next_writer, &byte, 1, MSG_NOSIGNAL) != 1)
            work.failed.set("send");
    }

    std::vector<socket_pair> sockets_;
    std::vector<place> places_;
    epoll_set set_;
};

} // namespace

std::unique_ptr<ring> make_ring(std::vector<socket_pair> sockets) {
    return std::make_unique<epoll_ring>(std::move(sockets));
}

} // namespace reactor_bench::with_epoll
