// Sends datagrams back to whom they came from.    udp_echo [ADDRESS], 127.0.0.1:7781 unless told
// otherwise
#include <reactor/reactor.hpp>

// Up to 64 with one system call, each way.  What the socket has no room for waits in the batch, and
// more is not read before it went: what comes meanwhile waits in the kernel, which drops what is
// too much.
struct udp_echo : reactor::dispatcher {
    using dispatcher::dispatcher;
    bool readable() const noexcept override { return batch.empty(); }
    bool writable() const noexcept override { return !batch.empty(); }
    void handle_read() override {
        recv_batch(batch);
        handle_write();
    }
    void handle_write() override { send_batch(batch); }
    reactor::datagram_batch batch;
};

int main(int argc, char** argv) {
    reactor::loop loop;
    const auto where = reactor::endpoint::parse(argc > 1 ? argv[1] : "127.0.0.1:7781").value();
    udp_echo echo(loop);
    echo.create_socket(where.family(), SOCK_DGRAM);
    echo.bind(where);
    for (const int number : {SIGINT, SIGTERM})
        loop.on_signal(number, [&] { loop.stop(); });
    echo.log_info("listening on " + echo.local_address().to_string());
    loop.run();
}
