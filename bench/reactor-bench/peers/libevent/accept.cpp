#include "bench/reactor-bench/cases/accept.hpp"

#include "bench/reactor-bench/peers/libevent/with_libevent.hpp"

#include <event2/buffer.h>
#include <event2/listener.h>

#include <new>
#include <unordered_map>
#include <utility>

namespace reactor_bench::with_libevent {

namespace {

struct free_listener {
    void operator()(evconnlistener* what) const noexcept { evconnlistener_free(what); }
};

class libevent_acceptor final : public acceptor {
public:
    libevent_acceptor(reactor::unique_fd listening, accept_log& log) : log_(log) {
        constexpr int listens_already = 0;
        listener_.reset(evconnlistener_new(base_.get(), on_accepted, this,
                                           LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC,
                                           listens_already, listening.get()));
        if (!listener_)
            throw std::bad_alloc();
        static_cast<void>(listening.release());
    }

    void turn() override { event_base_loop(base_.get(), EVLOOP_NONBLOCK); }

private:
    static void on_accepted(evconnlistener* /*listener*/, int fd, sockaddr* /*peer*/, int /*size*/,
                            void* argument) {
        auto& self = *static_cast<libevent_acceptor*>(argument);
        ++self.log_.accepted;
        ++self.log_.live;
        auto made =
            make_stream(self.base_.get(), reactor::unique_fd(fd), on_input, on_event, argument);
        bufferevent_write(made.get(), greeting.data(), greeting.size());
        auto* const key = made.get();
        self.streams_.emplace(key, std::move(made));
    }
    static void on_input(bufferevent* stream, void* /*argument*/) {
        evbuffer* input = bufferevent_get_input(stream);
        evbuffer_drain(input, evbuffer_get_length(input));
    }
    static void on_event(bufferevent* stream, short /*what*/, void* argument) {
        auto& self = *static_cast<libevent_acceptor*>(argument);
        self.streams_.erase(stream);
        --self.log_.live;
    }

    accept_log& log_;
    owned_base base_ = make_base();
    std::unique_ptr<evconnlistener, free_listener> listener_;
    std::unordered_map<bufferevent*, owned_bufferevent> streams_;
};

} // namespace

std::unique_ptr<acceptor> make_acceptor(reactor::unique_fd listener, accept_log& log) {
    return std::make_unique<libevent_acceptor>(std::move(listener), log);
}

} // namespace reactor_bench::with_libevent
