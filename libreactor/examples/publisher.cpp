// Tells everybody who connects the same lines: a stream, and a cursor for each follower.
//
//     publisher [ADDRESS [MILLISECONDS]]      127.0.0.1:7779 and a line every 1000 ms
//
// A line costs one append, whatever the number of followers, and each follower one send call for
// all the lines it has not got yet.
#include <reactor/reactor.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace std::chrono_literals;

/// A follower that does not keep up is closed when it owes this much, or reads nothing for so long.
constexpr reactor::output_limits limits{.hard_limit = 1024 * 1024, .no_progress = 10s};

class follower : public reactor::async_chat {
public:
    follower(reactor::loop& owner, reactor::unique_fd fd, reactor::broadcast& stream)
        : async_chat(owner, std::move(fd)), place_(*this) {
        set_output_limits(limits);
        push("welcome\n"); // before all that is published from now on
        place_.join(stream);
    }
    [[nodiscard]] const char* class_name() const noexcept override { return "follower"; }

protected:
    // Followers have nothing to say.
    void collect_incoming_data(std::string_view) override {}

private:
    reactor::subscription place_; // leaves by itself when the channel closes
};

class publisher : public reactor::dispatcher {
public:
    publisher(reactor::loop& owner, const reactor::endpoint& where,
              std::chrono::milliseconds period)
        : dispatcher(owner), stream_(owner), tick_(owner, [this] { publish(); }) {
        listen_on(where);
        tick_.start_every(period);
    }
    [[nodiscard]] const char* class_name() const noexcept override { return "publisher"; }

protected:
    void handle_accepted(reactor::unique_fd fd, const reactor::endpoint&) override {
        owner().spawn<follower>(std::move(fd), stream_);
    }

private:
    void publish() {
        stream_.publish("line " + std::to_string(++count_) + " for " +
                        std::to_string(stream_.followers()) + " followers\n");
    }

    reactor::broadcast stream_;
    reactor::timer tick_;
    std::uint64_t count_ = 0;
};

} // namespace

int main(int argc, char** argv) try {
    reactor::loop loop;
    publisher listener(loop,
                       reactor::endpoint::parse(argc > 1 ? argv[1] : "127.0.0.1:7779").value(),
                       std::chrono::milliseconds(argc > 2 ? std::atoi(argv[2]) : 1000));
    for (const int number : {SIGINT, SIGTERM})
        loop.on_signal(number, [&] { loop.stop(); });
    listener.log_info("listening on " + listener.local_address().to_string());
    loop.run();
} catch (const std::exception& error) {
    std::fprintf(stderr, "publisher: %s\n", error.what());
    return 1;
}
