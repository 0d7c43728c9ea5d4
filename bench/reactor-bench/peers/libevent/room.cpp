#include "bench/reactor-bench/cases/room.hpp"

#include "bench/reactor-bench/peers/libevent/with_libevent.hpp"

#include <event2/buffer.h>

#include <utility>

namespace reactor_bench::with_libevent {

namespace {

class libevent_room final : public room {
public:
    explicit libevent_room(std::vector<reactor::unique_fd> members)
        : members_(members.size()), live_(members.size()) {
        for (std::size_t i = 0; i < members.size(); ++i) {
            members_[i].owner = this;
            members_[i].stream =
                make_stream(base_.get(), std::move(members[i]), on_input, on_event, &members_[i]);
        }
    }

    void turn() override { event_base_loop(base_.get(), EVLOOP_NONBLOCK); }
    [[nodiscard]] std::size_t members() const override { return live_; }

private:
    struct member {
        libevent_room* owner = nullptr;
        owned_bufferevent stream;
    };

    static void on_input(bufferevent* stream, void* argument) {
        const auto said = input_of(stream);
        for (const auto& each : static_cast<member*>(argument)->owner->members_) {
            if (each.stream)
                bufferevent_write(each.stream.get(), said.data(), said.size());
        }
        evbuffer_drain(bufferevent_get_input(stream), said.size());
    }
    static void on_event(bufferevent* /*stream*/, short /*what*/, void* argument) {
        auto& one = *static_cast<member*>(argument);
        one.stream.reset();
        --one.owner->live_;
    }

    owned_base base_ = make_base();
    std::vector<member> members_;
    std::size_t live_;
};

} // namespace

std::unique_ptr<room> make_room(std::vector<reactor::unique_fd> members) {
    return std::make_unique<libevent_room>(std::move(members));
}

} // namespace reactor_bench::with_libevent
