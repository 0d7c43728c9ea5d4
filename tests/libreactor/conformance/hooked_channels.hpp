// Channels whose handlers are functions of the test.
#pragma once

#include <reactor/async_chat.hpp>
#include <reactor/dispatcher.hpp>

#include "support/record_transport.hpp"

#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace hooked {

/// The text of what a handler threw.
inline std::string what_of(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& e) {
        return e.what();
    } catch (...) {
        return "unknown";
    }
}

/// Calls a copy: the function may destroy the channel that holds it.
template <class... Args, class... Given>
void call(const std::function<void(Args...)>& function, Given&&... given) {
    if (const auto copy = function)
        copy(std::forward<Given>(given)...);
}

/// What every kind of channel has.
template <class Base>
class channel : public Base {
public:
    /// Speaks in records when the tests do.
    template <class... Args>
    explicit channel(reactor::loop& owner, Args&&... args)
        : Base(owner, std::forward<Args>(args)...) {
        if (this->connected())
            support::put_wanted_transport(*this);
    }

    void set_socket(reactor::unique_fd fd) {
        Base::set_socket(std::move(fd));
        support::put_wanted_transport(*this);
    }
    using Base::connect;
    using Base::set_socket;
    void connect(const reactor::endpoint& to, std::chrono::nanoseconds timeout = {}) {
        Base::connect(to, timeout);
        support::put_wanted_transport(*this);
    }

    std::function<void()> on_connect, on_eof, on_timeout;
    std::function<void(std::error_code)> on_close;
    std::function<void(std::exception_ptr)> on_error;

    int connects = 0;
    int eofs = 0;
    int closes = 0;
    std::error_code reason; ///< of the last handle_close
    std::vector<std::string> errors;
    std::vector<std::string> logged;

    void log_info(std::string_view message, std::string_view type) override {
        logged.push_back(std::string(type) + ": " + std::string(message));
    }

protected:
    void handle_connect() override {
        ++connects;
        call(on_connect);
    }
    void handle_eof() override {
        ++eofs;
        if (on_eof)
            call(on_eof);
        else
            Base::handle_eof();
    }
    void handle_close(std::error_code ec) override {
        ++closes;
        reason = ec;
        call(on_close, ec);
    }
    void handle_timeout() override {
        if (on_timeout)
            call(on_timeout);
        else
            Base::handle_timeout();
    }
    void handle_error(std::exception_ptr error) override {
        errors.push_back(what_of(error));
        if (on_error)
            call(on_error, error);
        else
            Base::handle_error(error);
    }
};

/// A dispatcher of hooks; without `on_read` it keeps what it receives in `input`.
class dispatcher : public channel<reactor::dispatcher> {
public:
    using channel::channel;

    std::function<void()> on_read, on_write, on_expt, on_accept;
    std::function<void(reactor::unique_fd, const reactor::endpoint&)> on_accepted;
    bool wants_read = true;
    bool wants_write = false;
    std::string input;

    [[nodiscard]] const char* class_name() const noexcept override { return "hooked_dispatcher"; }
    using reactor::dispatcher::receive_buffer;

protected:
    [[nodiscard]] bool readable() const noexcept override { return wants_read; }
    [[nodiscard]] bool writable() const noexcept override { return wants_write; }
    void handle_read() override {
        if (on_read)
            return call(on_read);
        const auto buffer = receive_buffer();
        input.append(buffer.data(), recv(buffer).n);
    }
    void handle_write() override { call(on_write); }
    void handle_expt() override { on_expt ? call(on_expt) : reactor::dispatcher::handle_expt(); }
    void handle_accept() override {
        on_accept ? call(on_accept) : reactor::dispatcher::handle_accept();
    }
    void handle_accepted(reactor::unique_fd fd, const reactor::endpoint& peer) override {
        if (on_accepted)
            on_accepted(std::move(fd), peer);
        else
            reactor::dispatcher::handle_accepted(std::move(fd), peer);
    }
};

/// A channel of whole lines.
class lines : public channel<reactor::async_chat> {
public:
    explicit lines(reactor::loop& owner) : channel(owner) { set_terminator("\n"); }
    lines(reactor::loop& owner, reactor::unique_fd fd) : channel(owner, std::move(fd)) {
        set_terminator("\n");
    }

    std::function<void(std::string_view)> on_line;
    std::function<void()> on_overflow, on_high_water, on_low_water;

    std::vector<std::string> got;
    int overflows = 0;
    std::vector<std::string> marks; ///< `high` and `low` as they came

    [[nodiscard]] const char* class_name() const noexcept override { return "hooked_lines"; }

protected:
    void handle_line(std::string_view line) override {
        got.emplace_back(line);
        call(on_line, line);
    }
    void handle_overflow() override {
        ++overflows;
        call(on_overflow);
    }
    void handle_high_water() override {
        marks.emplace_back("high");
        call(on_high_water);
    }
    void handle_low_water() override {
        marks.emplace_back("low");
        call(on_low_water);
    }
};

/// asynchat's two hooks: collected pieces as they come, `FOUND` for a terminator.
class pieces : public channel<reactor::async_chat> {
public:
    using channel::channel;

    std::function<void(std::string_view)> on_data;
    std::function<void()> on_found;

    std::vector<std::string> got;

    [[nodiscard]] const char* class_name() const noexcept override { return "hooked_pieces"; }

protected:
    void collect_incoming_data(std::string_view data) override {
        got.emplace_back(data);
        call(on_data, data);
    }
    void found_terminator() override {
        got.emplace_back("FOUND");
        call(on_found);
    }
};

} // namespace hooked
