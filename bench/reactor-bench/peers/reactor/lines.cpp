#include "bench/reactor-bench/cases/lines.hpp"

#include "bench/reactor-bench/peers/reactor/with_reactor.hpp"

#include <reactor/async_chat.hpp>
#include <reactor/loop.hpp>

#include <utility>

namespace reactor_bench::with_reactor {

namespace {

class session final : public reactor::async_chat {
public:
    session(reactor::loop& owner, reactor::unique_fd fd) : async_chat(owner, std::move(fd)) {
        set_terminator("\n");
    }
    [[nodiscard]] const char* class_name() const noexcept override { return "line session"; }

private:
    void handle_line(std::string_view line) override {
        push(line);
        push("\n");
    }
};

class reactor_line_server final : public line_server {
public:
    explicit reactor_line_server(std::vector<reactor::unique_fd> connections) {
        for (auto& each : connections)
            loop_.spawn<session>(std::move(each));
        loop_.run_once(); // tells the kernel of them all
    }

    void turn() override { loop_.run_once(); }

private:
    reactor::loop loop_;
};

} // namespace

std::unique_ptr<line_server> make_line_server(std::vector<reactor::unique_fd> connections) {
    return std::make_unique<reactor_line_server>(std::move(connections));
}

} // namespace reactor_bench::with_reactor
