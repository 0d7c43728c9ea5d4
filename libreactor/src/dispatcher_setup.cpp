#include "loop_core.hpp"

#include <reactor/dispatcher.hpp>
#include <reactor/error.hpp>
#include <reactor/socket_options.hpp>

#include <netinet/in.h>

#include <cerrno>
#include <memory>
#include <new>
#include <string>
#include <utility>

// How a channel gets its descriptor and what it stands for.
namespace reactor {

namespace flag = detail::flag;

namespace {

std::error_code code(int error) noexcept { return {error, std::system_category()}; }

void throw_if(const std::error_code& ec, const char* what) {
    if (ec)
        throw std::system_error(ec, what);
}

std::error_code read_option(int fd, int name, int& value) noexcept {
    socklen_t size = sizeof value;
    return code(system::getsockopt(fd, SOL_SOCKET, name, &value, &size).error);
}

std::error_code why_no_listener(int fd) noexcept {
    int type = 0;
    int listens = 0;
    auto ec = read_option(fd, SO_TYPE, type);
    if (!ec && type != SOCK_STREAM)
        ec = std::make_error_code(std::errc::wrong_protocol_type);
    if (!ec)
        ec = read_option(fd, SO_ACCEPTCONN, listens);
    if (!ec && listens == 0)
        ec = errc::not_listening;
    return ec;
}

} // namespace

std::error_code dispatcher::why_not_open() const noexcept {
    if (core_ == nullptr)
        return std::make_error_code(std::errc::not_connected);
    if (is_open() || core_->slots()[index_].has(flag::close_owed))
        return errc::already_open;
    return {};
}

std::error_code dispatcher::why_not_take(unique_fd& fd) const noexcept {
    if (core_ != nullptr)
        if (const auto ec = core_->check_new(fd)) // first: what is refused otherwise is closed
            return ec;
    if (const auto ec = why_not_open())
        return ec;
    return fd ? std::error_code{} : std::make_error_code(std::errc::bad_file_descriptor);
}

void dispatcher::create_socket(int family, int type, std::error_code& ec) noexcept {
    ec = why_not_open();
    if (ec)
        return;
    core_->check_thread(*this);
    const auto made = system::socket(family, type);
    ec = code(made.error);
    if (ec)
        return;
    unique_fd fd{static_cast<int>(made.value)};
    core_->number_given(fd.get());
    if ((family == AF_INET || family == AF_INET6) && type == SOCK_STREAM)
        (void)set_no_delay(fd.get(), true);
    ec = core_->open(*this, std::move(fd), type == SOCK_DGRAM ? flag::datagram : std::uint32_t{0});
}

void dispatcher::set_socket(unique_fd connected, std::error_code& ec) noexcept {
    ec = why_not_take(connected);
    if (!ec)
        ec = code(system::set_nonblocking(connected.get(), true).error);
    if (ec)
        return;
    core_->check_thread(*this);
    ec = core_->open(*this, std::move(connected), flag::connected);
}

void dispatcher::set_reuse_addr(std::error_code& ec) noexcept {
    const int on = 1;
    ec = code(system::setsockopt(fileno(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on).error);
}

void dispatcher::set_reuse_port(std::error_code& ec) noexcept {
#if defined(SO_REUSEPORT_LB)
    constexpr int option = SO_REUSEPORT_LB;
#elif defined(__linux__)
    constexpr int option = SO_REUSEPORT;
#else // an option of that name there may be, but the last to bind gets all
    constexpr int option = -1;
#endif
    const int on = 1;
    ec = option < 0 ? std::make_error_code(std::errc::operation_not_supported)
                    : code(system::setsockopt(fileno(), SOL_SOCKET, option, &on, sizeof on).error);
}

void dispatcher::bind(const endpoint& address, std::error_code& ec) noexcept {
    ec = is_open() ? code(system::bind(fileno(), address.native(), address.native_size()).error)
                   : make_error_code(errc::not_open);
}

void dispatcher::listen(int backlog, std::error_code& ec) noexcept {
    ec =
        is_open() ? code(system::listen(fileno(), backlog).error) : make_error_code(errc::not_open);
    if (ec)
        return;
    core_->check_thread(*this);
    core_->rests().keep_reserve();
    core_->slots()[index_].set(flag::accepting);
    core_->mark_changed(index_);
}

void dispatcher::set_listener(unique_fd listening, std::error_code& ec) noexcept {
    ec = why_not_take(listening);
    if (!ec)
        ec = why_no_listener(listening.get());
    if (!ec)
        ec = code(system::set_nonblocking(listening.get(), true).error);
    if (ec)
        return;
    core_->check_thread(*this);
    core_->rests().keep_reserve();
    ec = core_->open(*this, std::move(listening), flag::accepting);
}

void dispatcher::listen_on(const endpoint& address, std::error_code& ec) noexcept {
    create_socket(address.family(), SOCK_STREAM, ec);
    if (!ec)
        set_reuse_addr(ec);
    if (!ec)
        bind(address, ec);
    if (!ec)
        listen(SOMAXCONN, ec);
}

void dispatcher::connect(const endpoint& address, std::chrono::nanoseconds timeout,
                         std::error_code& ec) noexcept {
    if (!is_open()) {
        ec = errc::not_open;
        return;
    }
    if (fileno() < 0) {
        ec = errc::already_open; // on its way to a host by name
        return;
    }
    if (timeout.count() < 0) {
        ec = std::make_error_code(std::errc::invalid_argument);
        return;
    }
    core_->check_thread(*this);
    const auto started = system::connect(fileno(), address.native(), address.native_size());
    // An immediate success is reported by the loop as well: the socket is writable at once.
    // EAGAIN is a UNIX listener with a full queue: no connection is under way, so it is an error.
    if (!started.ok() && started.error != EINPROGRESS && started.error != EINTR &&
        started.error != EALREADY) {
        ec = code(started.error);
        return;
    }
    ec = {};
    auto& state = core_->slots()[index_];
    state.set(flag::connecting);
    if (state.has(flag::datagram))
        core_->mark_held(index_); // handle_connect comes from there at the latest
    else if (timeout.count() > 0)
        set_deadline(timeout);
    core_->mark_changed(index_);
}

void dispatcher::connect(const host_port& target, std::chrono::nanoseconds timeout,
                         std::error_code& ec) noexcept {
    ec = why_not_open();
    if (!ec && timeout.count() < 0)
        ec = std::make_error_code(std::errc::invalid_argument);
    if (ec)
        return;
    core_->check_thread(*this);
    core_->open_without_descriptor(*this, flag::connecting);
    try {
        auto& race = core_->extra(index_).race;
        race = std::make_unique<detail::connect_race>(*core_, index_);
        race->begin(target);
    } catch (const std::bad_alloc&) {
        (void)core_->surrender(index_);
        ec = std::make_error_code(std::errc::not_enough_memory);
        return;
    }
    if (timeout.count() > 0)
        set_deadline(timeout);
}

void dispatcher::create_socket(int family, int type) {
    std::error_code ec;
    create_socket(family, type, ec);
    throw_if(ec, "reactor::dispatcher::create_socket");
}

void dispatcher::set_socket(unique_fd connected) {
    std::error_code ec;
    set_socket(std::move(connected), ec);
    throw_if(ec, "reactor::dispatcher::set_socket");
}

void dispatcher::set_reuse_addr() {
    std::error_code ec;
    set_reuse_addr(ec);
    throw_if(ec, "reactor::dispatcher::set_reuse_addr");
}

void dispatcher::set_reuse_port() {
    std::error_code ec;
    set_reuse_port(ec);
    throw_if(ec, "reactor::dispatcher::set_reuse_port");
}

void dispatcher::set_listener(unique_fd listening) {
    std::error_code ec;
    set_listener(std::move(listening), ec);
    throw_if(ec, "reactor::dispatcher::set_listener");
}

void dispatcher::bind(const endpoint& address) {
    std::error_code ec;
    bind(address, ec);
    if (ec)
        throw std::system_error(ec, "bind " + address.to_string());
}

void dispatcher::listen(int backlog) {
    std::error_code ec;
    listen(backlog, ec);
    throw_if(ec, "reactor::dispatcher::listen");
}

void dispatcher::listen_on(const endpoint& address) {
    std::error_code ec;
    listen_on(address, ec);
    if (ec)
        throw std::system_error(ec, "listen on " + address.to_string());
}

void dispatcher::connect(const endpoint& address, std::chrono::nanoseconds timeout) {
    std::error_code ec;
    connect(address, timeout, ec);
    if (ec)
        throw std::system_error(ec, "connect " + address.to_string());
}

void dispatcher::connect(const host_port& target, std::chrono::nanoseconds timeout) {
    std::error_code ec;
    connect(target, timeout, ec);
    if (ec)
        throw std::system_error(ec, "connect " + target.to_string());
}

} // namespace reactor
