// Sends back what it gets.    echo_server [ADDRESS], 127.0.0.1:7777 unless told otherwise
#include <reactor/reactor.hpp>

struct echo : reactor::async_chat {
    using async_chat::async_chat;
    void collect_incoming_data(std::string_view data) override { push(data); }
};

struct server : reactor::dispatcher {
    using dispatcher::dispatcher;
    void handle_accepted(reactor::unique_fd fd, const reactor::endpoint&) override {
        owner().spawn<echo>(std::move(fd));
    }
};

int main(int argc, char** argv) {
    reactor::loop loop;
    server listener(loop);
    listener.listen_on(reactor::endpoint::parse(argc > 1 ? argv[1] : "127.0.0.1:7777").value());
    for (const int number : {SIGINT, SIGTERM})
        loop.on_signal(number, [&] { loop.stop(); });
    listener.log_info("listening on " + listener.local_address().to_string());
    loop.run();
}
