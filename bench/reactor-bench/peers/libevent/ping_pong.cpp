#include "bench/reactor-bench/cases/ping_pong.hpp"

#include "bench/reactor-bench/peers/libevent/with_libevent.hpp"

#include <utility>

namespace reactor_bench::with_libevent {

namespace {

struct end {
    owned_bufferevent stream;
    std::size_t number = 0;
    ping_pong_work* work = nullptr;
};

void stop_if_done(const end& one) {
    if (one.work->done())
        event_base_loopbreak(bufferevent_get_base(one.stream.get()));
}

void on_input(bufferevent* stream, void* argument) {
    auto& one = *static_cast<end*>(argument);
    if (one.work->received(one.number, input_of(stream)))
        bufferevent_write_buffer(stream, bufferevent_get_input(stream)); // which copies nothing
    stop_if_done(one);
}

void on_event(bufferevent* /*stream*/, short /*what*/, void* argument) {
    auto& one = *static_cast<end*>(argument);
    one.work->failed.set("bufferevent", {});
    stop_if_done(one);
}

class libevent_ping_pong final : public ping_pong {
public:
    libevent_ping_pong(std::vector<reactor::unique_fd> ends, ping_pong_work& work)
        : ends_(ends.size()) {
        for (std::size_t i = 0; i < ends.size(); ++i) {
            ends_[i].number = i;
            ends_[i].work = &work;
            ends_[i].stream =
                make_stream(base_.get(), std::move(ends[i]), on_input, on_event, &ends_[i]);
        }
    }

    void run() override { event_base_dispatch(base_.get()); }

private:
    owned_base base_ = make_base();
    std::vector<end> ends_;
};

} // namespace

std::unique_ptr<ping_pong> make_ping_pong(std::vector<reactor::unique_fd> ends,
                                          ping_pong_work& work) {
    return std::make_unique<libevent_ping_pong>(std::move(ends), work);
}

} // namespace reactor_bench::with_libevent
