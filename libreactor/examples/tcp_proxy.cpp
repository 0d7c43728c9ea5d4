// Connects everybody who connects to it to one target, and passes the bytes on, both ways.
//
//     tcp_proxy TARGET [ADDRESS]      tcp_proxy 127.0.0.1:7777 127.0.0.1:7780
//
// Back-pressure goes through: while one side does not take what the other sent, the other is not
// read.  When one side ends, the other gets all that was said before its own end.
#include <reactor/reactor.hpp>

#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <string_view>
#include <utility>

namespace {

using namespace std::chrono_literals;

/// More than this waiting on one side stops reading on the other.
constexpr reactor::output_limits limits{.high_water = 256 * 1024, .low_water = 64 * 1024};

/// One side of a connection through the proxy.
class side : public reactor::async_chat {
public:
    /// The client's: accepted.
    side(reactor::loop& owner, reactor::unique_fd fd) : async_chat(owner, std::move(fd)) {
        set_output_limits(limits);
    }
    /// The target's: to be connected.  What the client says meanwhile waits in its output.
    side(reactor::loop& owner, const reactor::endpoint& target) : async_chat(owner) {
        set_output_limits(limits);
        create_socket(target.family());
        connect(target, 10s);
    }

    void join(const side& other) { other_ = other.ref(); }
    [[nodiscard]] const char* class_name() const noexcept override { return "tcp_proxy side"; }

protected:
    void collect_incoming_data(std::string_view data) override {
        if (auto* const to = other())
            to->push(data);
    }
    void handle_high_water() override {
        if (auto* const from = other())
            from->pause_reading();
    }
    void handle_low_water() override {
        if (auto* const from = other())
            from->resume_reading();
    }
    void handle_eof() override {
        if (auto* const to = other())
            to->close_when_done();
        close_when_done();
    }
    void handle_close(std::error_code) override {
        if (auto* const to = other())
            to->close_when_done();
    }

private:
    /// A reference, not a pointer: it gives null once the other side has closed.
    [[nodiscard]] side* other() const { return static_cast<side*>(owner().find(other_)); }

    reactor::channel_ref other_;
};

class proxy : public reactor::dispatcher {
public:
    proxy(reactor::loop& owner, const reactor::endpoint& target, const reactor::endpoint& where)
        : dispatcher(owner), target_(target) {
        listen_on(where);
    }
    [[nodiscard]] const char* class_name() const noexcept override { return "tcp_proxy"; }

protected:
    void handle_accepted(reactor::unique_fd fd, const reactor::endpoint&) override {
        // The one that may throw is made first: then the client is closed with its descriptor.
        auto outward = std::make_unique<side>(owner(), target_);
        auto& inward = owner().spawn<side>(std::move(fd));
        inward.join(*outward);
        outward->join(inward);
        owner().adopt(std::move(outward));
    }

private:
    reactor::endpoint target_;
};

} // namespace

int main(int argc, char** argv) try {
    if (argc < 2) {
        std::fputs("usage: tcp_proxy TARGET [ADDRESS]\n", stderr);
        return 2;
    }
    reactor::loop loop;
    proxy listener(loop, reactor::endpoint::parse(argv[1]).value(),
                   reactor::endpoint::parse(argc > 2 ? argv[2] : "127.0.0.1:7780").value());
    for (const int number : {SIGINT, SIGTERM})
        loop.on_signal(number, [&] { loop.stop(); });
    listener.log_info("listening on " + listener.local_address().to_string());
    loop.run();
} catch (const std::exception& error) {
    std::fprintf(stderr, "tcp_proxy: %s\n", error.what());
    return 1;
}
