#include "bench/reactor-bench/ring.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>
#include <utility>

// The yardstick: what the calls themselves need, and nothing else.
namespace reactor_bench {

namespace {

constexpr int batch = 4096;

[[noreturn]] void fail(const char* call) {
    throw std::system_error(errno, std::system_category(), call);
}

class epoll_ring final : public ring {
public:
    explicit epoll_ring(std::vector<socket_pair> sockets)
        : sockets_(std::move(sockets)), set_(::epoll_create1(EPOLL_CLOEXEC)), events_(batch) {
        if (!set_)
            fail("epoll_create1");
        places_.reserve(sockets_.size());
        for (std::size_t i = 0; i < sockets_.size(); ++i) {
            const auto& next = sockets_[(i + 1) % sockets_.size()];
            places_.push_back({sockets_[i].reader.get(), next.writer.get()});
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.u64 = i;
            if (::epoll_ctl(set_.get(), EPOLL_CTL_ADD, places_[i].reader, &event) != 0)
                fail("epoll_ctl");
        }
    }

    void run(work_left& left) override {
        while (left.reads > 0) {
            const int count = ::epoll_wait(set_.get(), events_.data(), batch, -1);
            if (count < 0 && errno != EINTR)
                fail("epoll_wait");
            ++waits_;
            for (int i = 0; i < count; ++i)
                pass_on(places_[events_[static_cast<std::size_t>(i)].data.u64], left);
        }
    }
    [[nodiscard]] std::uint64_t waits() const noexcept override { return waits_; }
    [[nodiscard]] std::string loop_name() const override { return "raw epoll"; }

private:
    struct place {
        int reader;
        int next_writer;
    };

    static void pass_on(const place& here, work_left& left) {
        char byte = 0;
        if (::recv(here.reader, &byte, 1, 0) != 1)
            fail("recv");
        --left.reads;
        if (left.writes == 0)
            return;
        --left.writes;
        if (::send(here.next_writer, &byte, 1, MSG_NOSIGNAL) != 1)
            fail("send");
    }

    std::vector<socket_pair> sockets_;
    std::vector<place> places_;
    reactor::unique_fd set_;
    std::vector<epoll_event> events_;
    std::uint64_t waits_ = 0;
};

} // namespace

std::unique_ptr<ring> make_epoll_ring(std::vector<socket_pair> sockets) {
    return std::make_unique<epoll_ring>(std::move(sockets));
}

} // namespace reactor_bench
