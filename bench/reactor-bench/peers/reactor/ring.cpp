#include "bench/reactor-bench/cases/ring.hpp"
#include "bench/reactor-bench/peers/reactor/with_reactor.hpp"

#include <reactor/dispatcher.hpp>
#include <reactor/loop.hpp>

#include <sys/socket.h>

#include <chrono>
#include <utility>

namespace reactor_bench::with_reactor {

namespace {

/// The end of a pair that is written to; nothing ever comes back on it.
class sender final : public reactor::dispatcher {
public:
    using dispatcher::dispatcher;
    [[nodiscard]] const char* class_name() const noexcept override { return "ring sender"; }

private:
    [[nodiscard]] bool readable() const noexcept override { return false; }
};

/// The end that is read; it knows the sender of the next pair.
class receiver : public reactor::dispatcher {
public:
    receiver(reactor::loop& owner, reactor::unique_fd fd) : dispatcher(owner, std::move(fd)) {}
    void follow_with(sender& next) noexcept { next_ = &next; }
    void start(ring_work& work) noexcept { work_ = &work; }
    [[nodiscard]] const char* class_name() const noexcept override { return "ring receiver"; }

protected:
    void handle_read() override {
        char byte = 0;
        if (recv({&byte, 1}).n != 1)
            return; // an error closes: handle_close tells of it
        if (received(byte)) {
            if (const auto sent = next_->send({&byte, 1}); sent.n != 1)
                fail("send", sent.ec);
        }
    }
    void handle_close(std::error_code ec) override { fail("recv", ec); }

    /// Whether it is to be passed on.
    bool received(char byte) noexcept {
        const bool pass_on = work_->received(byte);
        if (work_->done())
            owner().stop();
        return pass_on;
    }
    void fail(const char* call, std::error_code why) noexcept {
        work_->failed.set(call, why);
        owner().stop();
    }
    [[nodiscard]] sender& next() noexcept { return *next_; }

private:
    ring_work* work_ = nullptr;
    sender* next_ = nullptr;
};

/// A handler that makes its calls itself.
class direct_receiver final : public receiver {
public:
    using receiver::receiver;
    void know_descriptors() noexcept {
        from_ = fileno();
        to_ = next().fileno();
    }

private:
    void handle_read() override {
        char byte = 0;
        if (::recv(from_, &byte, 1, 0) != 1)
            fail("recv", {errno, std::system_category()});
        else if (received(byte) && ::send(to_, &byte, 1, MSG_NOSIGNAL) != 1)
            fail("send", {errno, std::system_category()});
    }

    int from_ = -1;
    int to_ = -1;
};

/// No batch of a ring takes so long but under an instrument that slows it down; then the clock must
/// not decide how many iterations there are.
reactor::loop_options without_dispatch_time() {
    reactor::loop_options options;
    options.dispatch_time = std::chrono::hours{1};
    return options;
}

template <class Receiver>
class reactor_ring final : public ring {
public:
    explicit reactor_ring(std::vector<socket_pair> sockets) {
        for (auto& pair : sockets) {
            senders_.push_back(std::make_unique<sender>(loop_, std::move(pair.writer)));
            receivers_.push_back(std::make_unique<Receiver>(loop_, std::move(pair.reader)));
        }
        for (std::size_t i = 0; i < receivers_.size(); ++i) {
            receivers_[i]->follow_with(*senders_[(i + 1) % senders_.size()]);
            if constexpr (requires { receivers_[i]->know_descriptors(); })
                receivers_[i]->know_descriptors();
        }
        loop_.run_once(); // tells the kernel of them all
    }

    void run(ring_work& work) override {
        for (const auto& each : receivers_)
            each->start(work);
        loop_.run();
    }

private:
    reactor::loop loop_{without_dispatch_time()};
    std::vector<std::unique_ptr<sender>> senders_;
    std::vector<std::unique_ptr<Receiver>> receivers_;
};

} // namespace

std::unique_ptr<ring> make_ring(std::vector<socket_pair> sockets) {
    return std::make_unique<reactor_ring<receiver>>(std::move(sockets));
}

std::unique_ptr<ring> make_direct_ring(std::vector<socket_pair> sockets) {
    return std::make_unique<reactor_ring<direct_receiver>>(std::move(sockets));
}

} // namespace reactor_bench::with_reactor
