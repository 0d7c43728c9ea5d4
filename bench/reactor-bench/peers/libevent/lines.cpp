#include "bench/reactor-bench/cases/lines.hpp"

#include "bench/reactor-bench/peers/libevent/with_libevent.hpp"

#include <event2/buffer.h>

#include <utility>

namespace reactor_bench::with_libevent {

namespace {

void on_input(bufferevent* stream, void* /*argument*/) {
    evbuffer* input = bufferevent_get_input(stream);
    evbuffer* output = bufferevent_get_output(stream);
    for (;;) {
        const auto end = evbuffer_search_eol(input, nullptr, nullptr, EVBUFFER_EOL_LF);
        if (end.pos < 0)
            return;
        evbuffer_remove_buffer(input, output, static_cast<std::size_t>(end.pos) + 1);
    }
}

void on_event(bufferevent* stream, short /*what*/, void* /*argument*/) {
    bufferevent_disable(stream, EV_READ | EV_WRITE);
}

class libevent_line_server final : public line_server {
public:
    explicit libevent_line_server(std::vector<reactor::unique_fd> connections) {
        streams_.reserve(connections.size());
        for (auto& each : connections)
            streams_.push_back(
                make_stream(base_.get(), std::move(each), on_input, on_event, nullptr));
    }

    void turn() override { event_base_loop(base_.get(), EVLOOP_NONBLOCK); }

private:
    owned_base base_ = make_base();
    std::vector<owned_bufferevent> streams_;
};

} // namespace

std::unique_ptr<line_server> make_line_server(std::vector<reactor::unique_fd> connections) {
    return std::make_unique<libevent_line_server>(std::move(connections));
}

} // namespace reactor_bench::with_libevent
