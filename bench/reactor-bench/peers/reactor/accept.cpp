#include "bench/reactor-bench/cases/accept.hpp"

#include "bench/reactor-bench/peers/reactor/with_reactor.hpp"

#include <reactor/async_chat.hpp>
#include <reactor/loop.hpp>

#include <utility>

namespace reactor_bench::with_reactor {

namespace {

class session final : public reactor::async_chat {
public:
    session(reactor::loop& owner, reactor::unique_fd fd, accept_log& log)
        : async_chat(owner, std::move(fd)), log_(log) {
        push(acceptor::greeting);
    }
    [[nodiscard]] const char* class_name() const noexcept override { return "greeted session"; }

private:
    void collect_incoming_data(std::string_view /*data*/) override {}
    void handle_eof() override { close(); }
    void handle_close(std::error_code /*ec*/) override { --log_.live; }

    accept_log& log_;
};

class listener final : public reactor::dispatcher {
public:
    listener(reactor::loop& owner, accept_log& log) : dispatcher(owner), log_(log) {}
    [[nodiscard]] const char* class_name() const noexcept override { return "listener"; }

private:
    void handle_accepted(reactor::unique_fd fd, const reactor::endpoint& /*peer*/) override {
        owner().spawn<session>(std::move(fd), log_);
        ++log_.accepted;
        ++log_.live;
    }
    void handle_accept_error(std::error_code ec) override { log_.failed.set("accept", ec); }

    accept_log& log_;
};

class reactor_acceptor final : public acceptor {
public:
    reactor_acceptor(reactor::unique_fd listening, accept_log& log) : listener_(loop_, log) {
        listener_.set_listener(std::move(listening));
    }

    void turn() override { loop_.run_once(); }

private:
    reactor::loop loop_;
    listener listener_;
};

} // namespace

std::unique_ptr<acceptor> make_acceptor(reactor::unique_fd listener, accept_log& log) {
    return std::make_unique<reactor_acceptor>(std::move(listener), log);
}

} // namespace reactor_bench::with_reactor
