#include "bench/reactor-bench/cases/ping_pong.hpp"

#include "bench/reactor-bench/peers/reactor/with_reactor.hpp"

#include <reactor/async_chat.hpp>
#include <reactor/loop.hpp>

#include <utility>

namespace reactor_bench::with_reactor {

namespace {

/// Without a terminator: input comes in the pieces in which it arrives.
class end final : public reactor::async_chat {
public:
    end(reactor::loop& owner, reactor::unique_fd fd, std::size_t number, ping_pong_work& work)
        : async_chat(owner, std::move(fd)), number_(number), work_(work) {}
    [[nodiscard]] const char* class_name() const noexcept override { return "ping-pong end"; }

private:
    void collect_incoming_data(std::string_view data) override {
        if (work_.received(number_, data))
            push(data);
        if (work_.done())
            owner().stop();
    }
    void handle_close(std::error_code ec) override {
        work_.failed.set("ping-pong", ec);
        owner().stop();
    }

    std::size_t number_;
    ping_pong_work& work_;
};

class reactor_ping_pong final : public ping_pong {
public:
    reactor_ping_pong(std::vector<reactor::unique_fd> ends, ping_pong_work& work) {
        for (auto& each : ends)
            ends_.push_back(std::make_unique<end>(loop_, std::move(each), ends_.size(), work));
        loop_.run_once(); // tells the kernel of them all
    }

    void run() override { loop_.run(); }

private:
    reactor::loop loop_;
    std::vector<std::unique_ptr<end>> ends_;
};

} // namespace

std::unique_ptr<ping_pong> make_ping_pong(std::vector<reactor::unique_fd> ends,
                                          ping_pong_work& work) {
    return std::make_unique<reactor_ping_pong>(std::move(ends), work);
}

} // namespace reactor_bench::with_reactor
