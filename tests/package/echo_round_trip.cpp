// What every consumer of the package builds and runs: a server and a client in one loop.

#include <reactor/reactor.hpp>

#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

namespace {

struct echo : reactor::async_chat {
    using async_chat::async_chat;
    void collect_incoming_data(std::string_view data) override { push(data); }
};

struct server : reactor::dispatcher {
    using dispatcher::dispatcher;
    void handle_accepted(reactor::unique_fd fd, const reactor::endpoint&) override {
        owner().spawn<echo>(std::move(fd));
        close();
    }
};

struct client : reactor::async_chat {
    using async_chat::async_chat;
    void handle_connect() override {
        set_terminator("\n");
        push("there and back\n");
    }
    void handle_line(std::string_view line) override {
        answer = line;
        close();
    }
    [[nodiscard]] const char* class_name() const noexcept override { return "client"; }

    std::string answer;
};

} // namespace

int main() {
    reactor::loop loop;
    server listener(loop);
    listener.listen_on(reactor::endpoint::loopback_v4(0));
    client speaker(loop);
    speaker.create_socket(AF_INET);
    speaker.connect(listener.local_address(), std::chrono::seconds{10});
    loop.run();
    std::printf("libreactor %s, %s: %s\n", reactor::version, loop.poller_name(),
                speaker.answer.c_str());
    return speaker.answer == "there and back" ? 0 : 1;
}
