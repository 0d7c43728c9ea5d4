#include "bench/reactor-bench/ring.hpp"

#include <reactor/dispatcher.hpp>
#include <reactor/loop.hpp>

#include <fmt/format.h>

#include <sys/socket.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace reactor_bench {

namespace {

/// What the places of one ring share.
struct shared {
    work_left* left = nullptr;
    std::error_code error; ///< The first failure, which ends the run.
};

std::error_code last_error() noexcept { return {errno, std::system_category()}; }

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
    receiver(reactor::loop& owner, reactor::unique_fd fd, shared& ring)
        : dispatcher(owner, std::move(fd)), ring_(ring) {}
    void follow_with(sender& next) noexcept { next_ = &next; }
    [[nodiscard]] const char* class_name() const noexcept override { return "ring receiver"; }

protected:
    void handle_read() override {
        char byte = 0;
        if (recv({&byte, 1}).n != 1)
            return; // an error closes: handle_close tells of it
        if (!count())
            return;
        if (const auto sent = next_->send({&byte, 1}); sent.n != 1)
            fail(sent.ec);
    }
    void handle_close(std::error_code ec) override { fail(ec); }

    /// Whether what was read is to be passed on.
    bool count() noexcept {
        work_left& left = *ring_.left;
        if (--left.reads == 0)
            owner().stop();
        if (left.writes == 0)
            return false;
        --left.writes;
        return true;
    }
    void fail(std::error_code why) noexcept {
        if (!ring_.error)
            ring_.error = why ? why : std::make_error_code(std::errc::connection_aborted);
        owner().stop();
    }
    [[nodiscard]] sender& next() noexcept { return *next_; }

private:
    shared& ring_;
    sender* next_ = nullptr;
};

/// A handler that makes its calls itself.
class direct_receiver final : public receiver {
public:
    using receiver::receiver;
    [[nodiscard]] const char* class_name() const noexcept override { return "ring receiver"; }
    void know_descriptors() noexcept {
        from_ = fileno();
        to_ = next().fileno();
    }

private:
    void handle_read() override {
        char byte = 0;
        if (::recv(from_, &byte, 1, 0) != 1)
            fail(last_error());
        else if (count() && ::send(to_, &byte, 1, MSG_NOSIGNAL) != 1)
            fail(last_error());
    }

    int from_ = -1;
    int to_ = -1;
};

template <class Receiver>
class reactor_ring final : public ring {
public:
    explicit reactor_ring(std::vector<socket_pair> sockets) {
        for (auto& pair : sockets) {
            senders_.push_back(std::make_unique<sender>(loop_, std::move(pair.writer)));
            receivers_.push_back(
                std::make_unique<Receiver>(loop_, std::move(pair.reader), shared_));
        }
        for (std::size_t i = 0; i < receivers_.size(); ++i) {
            receivers_[i]->follow_with(*senders_[(i + 1) % senders_.size()]);
            if constexpr (requires { receivers_[i]->know_descriptors(); })
                receivers_[i]->know_descriptors();
        }
        loop_.run_once(); // tells the kernel of them all
    }

    void run(work_left& left) override {
        shared_.left = &left;
        loop_.run();
        if (shared_.error)
            throw std::system_error(shared_.error, "ring");
    }
    [[nodiscard]] std::uint64_t waits() const noexcept override {
        return loop_.counters().iterations;
    }
    [[nodiscard]] std::string loop_name() const override {
        return fmt::format("reactor over {}", loop_.poller_name());
    }

private:
    reactor::loop loop_;
    shared shared_;
    std::vector<std::unique_ptr<sender>> senders_;
    std::vector<std::unique_ptr<Receiver>> receivers_;
};

} // namespace

std::unique_ptr<ring> make_reactor_ring(std::vector<socket_pair> sockets, io_kind io) {
    if (io == io_kind::direct)
        return std::make_unique<reactor_ring<direct_receiver>>(std::move(sockets));
    return std::make_unique<reactor_ring<receiver>>(std::move(sockets));
}

} // namespace reactor_bench
