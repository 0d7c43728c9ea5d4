// A simulated world with a loop in it, and channels whose handlers are hooks: for tests of the
// loop.
#pragma once

#include "support/catch.hpp"

#include <reactor/reactor.hpp>
#include <reactor/sim/world.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace sim_test {

using namespace std::chrono_literals;
using reactor::sim::always;
using reactor::sim::call;
using reactor::sim::connected_pair;
using reactor::sim::peer;
using reactor::sim::world;
using std::chrono::nanoseconds;

/// The world, the loop, and what every test asks of them.  Any problem of the world fails the test.
struct stage {
    explicit stage(const reactor::loop_options& options = {},
                   std::uint64_t seed = world::default_seed())
        : w(seed), loop(options) {
        w.on_problem([](std::string_view text) { FAIL_CHECK(text); });
        w.reset_counts(); // of what making a loop takes
    }

    [[nodiscard]] bool uses_epoll() const {
        return std::string_view{loop.poller_name()} == "epoll";
    }
    [[nodiscard]] bool uses_kqueue() const {
        return std::string_view{loop.poller_name()} == "kqueue";
    }
    /// The call that this poller waits with.
    [[nodiscard]] call wait_call() const {
        return uses_epoll() ? call::epoll_wait : uses_kqueue() ? call::kevent : call::poll;
    }
    [[nodiscard]] std::uint64_t waits() const {
        return w.count(call::epoll_wait) + w.count(call::kevent) + w.count(call::poll);
    }
    [[nodiscard]] std::uint64_t sends() const {
        return w.count(call::send) + w.count(call::sendmsg);
    }
    [[nodiscard]] std::uint64_t changes() const { return w.count(call::epoll_ctl); }
    /// How many calls only to change the kernel's set are expected: poll has none, kqueue changes
    /// with the wait.
    [[nodiscard]] std::uint64_t if_epoll(std::uint64_t expected) const {
        return uses_epoll() ? expected : 0;
    }
    /// The same for taking descriptors out, which kqueue does at once as well.
    [[nodiscard]] std::uint64_t unless_poll(std::uint64_t expected) const {
        return uses_epoll() || uses_kqueue() ? expected : 0;
    }
    /// Iterations that do not wait.
    void turn(int count = 1) {
        for (int i = 0; i < count; ++i)
            loop.run_once(0ns);
    }
    /// Lets so much virtual time pass in waits of the loop.
    void pass(nanoseconds time) {
        const auto end = w.now() + time;
        while (w.now() < end)
            loop.run_once(end - w.now());
    }
    void no_findings() const { CHECK(loop.counters().audit_findings == 0); }

    world w;
    reactor::loop loop;
};

/// What happened to a channel, kept outside so that it outlives it.
struct record {
    std::string input;
    std::vector<std::string> lines;
    std::error_code reason;
    int reads = 0;
    int eofs = 0;
    int closes = 0;
    int connects = 0;
    int highs = 0;
    int lows = 0;
    int timeouts = 0;
    int writes = 0;
};

/// Calls a copy of a hook, as the hook may destroy its channel.
template <class Hook, class... Args>
void call_hook(const Hook& hook, Args&&... args) {
    if (hook) {
        const auto copy = hook;
        copy(std::forward<Args>(args)...);
    }
}

/// An async_chat of lines.
class chat : public reactor::async_chat {
public:
    using hook = std::function<void(chat&)>;

    explicit chat(reactor::loop& owner) : async_chat(owner) { set_terminator("\n"); }
    chat(reactor::loop& owner, int fd) : async_chat(owner, reactor::unique_fd{fd}) {
        set_terminator("\n");
    }

    [[nodiscard]] const char* class_name() const noexcept override { return "chat"; }
    void log_info(std::string_view, std::string_view) override {}

    std::shared_ptr<record> seen = std::make_shared<record>();
    std::function<void(chat&, const std::string&)> on_line;
    std::function<void(chat&, std::error_code)> on_close;
    hook on_eof, on_connect, on_high, on_low, on_timeout;

protected:
    void handle_line(std::string_view line) override {
        seen->lines.emplace_back(line);
        const auto copy = seen->lines.back();
        call_hook(on_line, *this, copy);
    }
    void handle_eof() override {
        ++seen->eofs;
        if (on_eof)
            call_hook(on_eof, *this);
        else
            close_when_done();
    }
    void handle_close(std::error_code ec) override {
        ++seen->closes;
        seen->reason = ec;
        call_hook(on_close, *this, ec);
    }
    void handle_connect() override {
        ++seen->connects;
        call_hook(on_connect, *this);
    }
    void handle_high_water() override {
        ++seen->highs;
        call_hook(on_high, *this);
    }
    void handle_low_water() override {
        ++seen->lows;
        call_hook(on_low, *this);
    }
    void handle_timeout() override {
        ++seen->timeouts;
        if (on_timeout)
            call_hook(on_timeout, *this);
        else
            close(std::make_error_code(std::errc::timed_out));
    }
};

/// A bare dispatcher that reads what it gets.
class raw : public reactor::dispatcher {
public:
    using hook = std::function<void(raw&)>;

    explicit raw(reactor::loop& owner) : dispatcher(owner) {}
    raw(reactor::loop& owner, int fd) : dispatcher(owner, reactor::unique_fd{fd}) {}

    [[nodiscard]] const char* class_name() const noexcept override { return "raw"; }
    void log_info(std::string_view, std::string_view) override {}
    void want_read(bool on) {
        want_read_ = on;
        interest_changed();
    }
    void want_write(bool on) {
        want_write_ = on;
        interest_changed();
    }
    /// One receive, noted.
    void take() {
        const auto buffer = receive_buffer();
        if (const auto got = recv(buffer); !got.ec)
            seen->input.append(buffer.data(), got.n);
    }

    std::shared_ptr<record> seen = std::make_shared<record>();
    hook on_read, on_write, on_eof, on_connect, on_timeout;
    std::function<void(raw&, std::error_code)> on_close;

protected:
    [[nodiscard]] bool readable() const noexcept override { return want_read_; }
    [[nodiscard]] bool writable() const noexcept override { return want_write_; }
    void handle_read() override {
        ++seen->reads;
        if (on_read)
            call_hook(on_read, *this);
        else
            take();
    }
    void handle_write() override {
        ++seen->writes;
        call_hook(on_write, *this);
    }
    void handle_eof() override {
        ++seen->eofs;
        if (on_eof)
            call_hook(on_eof, *this);
        else
            close();
    }
    void handle_connect() override {
        ++seen->connects;
        call_hook(on_connect, *this);
    }
    void handle_close(std::error_code ec) override {
        ++seen->closes;
        seen->reason = ec;
        call_hook(on_close, *this, ec);
    }
    void handle_timeout() override {
        ++seen->timeouts;
        if (on_timeout)
            call_hook(on_timeout, *this);
        else
            close(std::make_error_code(std::errc::timed_out));
    }

private:
    bool want_read_ = true;
    bool want_write_ = false;
};

/// A listener on a free loopback port that keeps what it accepted.
class listener : public reactor::dispatcher {
public:
    explicit listener(reactor::loop& owner, int backlog = 128) : dispatcher(owner) {
        create_socket(AF_INET);
        bind(reactor::endpoint::loopback_v4(0));
        listen(backlog);
    }
    [[nodiscard]] const char* class_name() const noexcept override { return "listener"; }
    void log_info(std::string_view, std::string_view) override {}

    std::vector<reactor::unique_fd> taken;
    std::vector<std::error_code> errors;
    int closes = 0;
    std::function<void(listener&)> on_accepted;

protected:
    void handle_accepted(reactor::unique_fd fd, const reactor::endpoint&) override {
        taken.push_back(std::move(fd));
        call_hook(on_accepted, *this);
    }
    void handle_accept_error(std::error_code ec) override { errors.push_back(ec); }
    void handle_close(std::error_code) override { ++closes; }
};

/// A chat over a new connection, with its peer and its place in a broadcast.
struct following {
    following(stage& s, reactor::broadcast& stream) : following(s, s.w.connect_pair()) {
        place.join(stream);
    }
    /// Follows nothing yet.
    explicit following(stage& s) : following(s, s.w.connect_pair()) {}
    following(stage& s, connected_pair pair)
        : other(std::move(pair.other)), channel(s.loop, pair.fd), place(channel) {}

    peer other;
    chat channel;
    reactor::subscription place;
};

inline std::error_code system_code(int value) { return {value, std::system_category()}; }

} // namespace sim_test
