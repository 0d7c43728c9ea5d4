// asyncore's documented HTTP client: fetches a page and prints what the server sends.
//
//     http_client ADDRESS [PATH]      http_client 127.0.0.1:8080 /index.html
#include <reactor/reactor.hpp>

#include <chrono>
#include <cstdio>
#include <exception>
#include <string>

namespace {

using namespace std::chrono_literals;

class http_client : public reactor::dispatcher {
public:
    http_client(reactor::loop& owner, const reactor::endpoint& server, const std::string& path)
        : dispatcher(owner),
          buffer_("GET " + path + " HTTP/1.0\r\nHost: " + server.to_string() + "\r\n\r\n") {
        create_socket(server.family());
        connect(server, 10s);
    }

    /// Why it ended: empty after the page.
    [[nodiscard]] std::error_code result() const noexcept { return result_; }
    [[nodiscard]] const char* class_name() const noexcept override { return "http_client"; }

protected:
    [[nodiscard]] bool writable() const noexcept override { return !buffer_.empty(); }

    void handle_write() override { buffer_.erase(0, send(buffer_).n); }

    void handle_read() override {
        const auto buffer = receive_buffer();
        const auto got = recv(buffer);
        std::fwrite(buffer.data(), 1, got.n, stdout);
        set_deadline(30s); // handle_timeout closes
    }

    // Comes exactly once: also when the connection was refused.
    void handle_close(std::error_code reason) override { result_ = reason; }

private:
    std::string buffer_;
    std::error_code result_;
};

} // namespace

int main(int argc, char** argv) try {
    if (argc < 2) {
        std::fputs("usage: http_client ADDRESS [PATH]\n", stderr);
        return 2;
    }
    const auto server = reactor::endpoint::parse(argv[1]);
    if (!server) {
        std::fprintf(stderr, "http_client: not an address: %s\n", argv[1]);
        return 2;
    }
    reactor::loop loop;
    http_client client(loop, *server, argc > 2 ? argv[2] : "/");
    for (const int number : {SIGINT, SIGTERM})
        loop.on_signal(number, [&] { client.close(); });
    loop.run(); // until the client is closed: then no work is left
    if (client.result()) {
        std::fprintf(stderr, "http_client: %s\n", client.result().message().c_str());
        return 1;
    }
} catch (const std::exception& error) {
    std::fprintf(stderr, "http_client: %s\n", error.what());
    return 1;
}
