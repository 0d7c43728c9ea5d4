#include "loop_core.hpp"

#include <reactor/dispatcher.hpp>
#include <reactor/error.hpp>
#include <reactor/socket_options.hpp>

#include <fcntl.h>
#include <netinet/in.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <utility>

namespace reactor {

using detail::slot;
namespace flag = detail::flag;

namespace {

using namespace std::chrono_literals;
constexpr std::chrono::nanoseconds linger_time = 2s;
constexpr std::uint32_t linger_bytes = 64 * 1024;

std::error_code code(int error) noexcept { return {error, std::system_category()}; }

void throw_if(const std::error_code& ec, const char* what) {
    if (ec)
        throw std::system_error(ec, what);
}

} // namespace

// --- life ---

dispatcher::dispatcher(loop& owner)
    : core_(owner.core_.get()), index_(core_->attach(*this)), generation_(0) {}

dispatcher::dispatcher(loop& owner, unique_fd connected) : dispatcher(owner) {
    set_socket(std::move(connected));
}

dispatcher::~dispatcher() {
    if (core_ != nullptr)
        core_->forget(*this);
}

void dispatcher::close(std::error_code reason) noexcept {
    if (!is_open())
        return;
    core_->check_thread(*this);
    core_->close(index_, reason);
}

unique_fd dispatcher::detach() noexcept {
    if (!is_open())
        return {};
    unique_fd fd{core_->surrender(index_)};
    drop_buffers();
    core_->doom_if_owned(index_);
    return fd;
}

void dispatcher::close_when_done() noexcept {
    if (!is_open() || closing())
        return;
    slot& s = core_->slots()[index_];
    s.set(flag::ending);
    if (!s.has(flag::connecting))
        s.deadline = detail::no_deadline; // what remains has its own limits
    stop_following();
    core_->mark_flush(index_);
    core_->mark_changed(index_);
}

void dispatcher::flush_step() {
    if (closing() && !connecting())
        start_lingering();
}

// Closing a socket with unread input sends a reset, which may overtake our last bytes on their way
// through the peer's buffers.  So: end our side, read the peer's input away until its end, then
// close.
void dispatcher::start_lingering() noexcept {
    slot& s = core_->slots()[index_];
    if (s.has(flag::on_flush))
        return; // comes back here
    if (s.has(flag::input_ended | flag::accepting) || !system::shutdown(s.fd, SHUT_WR).ok()) {
        core_->close(index_, {});
        return;
    }
    s.set(flag::lingering);
    s.linger_left = linger_bytes;
    s.deadline = core_->now() + linger_time;
    core_->expect_deadline(index_, s.deadline);
    core_->mark_changed(index_);
}

// --- set-up ---

void dispatcher::create_socket(int family, int type, std::error_code& ec) noexcept {
    ec = {};
    if (core_ == nullptr)
        ec = std::make_error_code(std::errc::not_connected);
    else if (is_open() || core_->slots()[index_].has(flag::close_owed))
        ec = errc::already_open;
    if (ec)
        return;
    const auto made = system::socket(family, type);
    ec = code(made.error);
    if (ec)
        return;
    const auto fd = static_cast<int>(made.value);
    if ((family == AF_INET || family == AF_INET6) && type == SOCK_STREAM)
        (void)set_no_delay(fd, true);
    core_->open(*this, fd, 0);
}

void dispatcher::set_socket(unique_fd connected, std::error_code& ec) noexcept {
    ec = {};
    if (core_ == nullptr)
        ec = std::make_error_code(std::errc::not_connected);
    else if (is_open() || core_->slots()[index_].has(flag::close_owed))
        ec = errc::already_open;
    else if (!connected)
        ec = std::make_error_code(std::errc::bad_file_descriptor);
    else
        ec = code(system::set_nonblocking(connected.get(), true).error);
    if (!ec)
        core_->open(*this, connected.release(), flag::connected);
}

void dispatcher::set_reuse_addr(std::error_code& ec) noexcept {
    const int on = 1;
    ec = code(system::setsockopt(fileno(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on).error);
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
    core_->rests().keep_reserve();
    core_->slots()[index_].set(flag::accepting);
    core_->mark_changed(index_);
}

void dispatcher::connect(const endpoint& address, std::chrono::nanoseconds timeout,
                         std::error_code& ec) noexcept {
    if (!is_open()) {
        ec = errc::not_open;
        return;
    }
    const auto started = system::connect(fileno(), address.native(), address.native_size());
    // An immediate success is reported by the loop as well: the socket is writable at once.
    // EAGAIN is a UNIX listener with a full queue: no connection is under way, so it is an error.
    if (!started.ok() && started.error != EINPROGRESS && started.error != EINTR &&
        started.error != EALREADY) {
        ec = code(started.error);
        return;
    }
    ec = {};
    core_->slots()[index_].set(flag::connecting);
    if (timeout.count() > 0)
        set_deadline(timeout);
    core_->mark_changed(index_);
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

void dispatcher::connect(const endpoint& address, std::chrono::nanoseconds timeout) {
    std::error_code ec;
    connect(address, timeout, ec);
    if (ec)
        throw std::system_error(ec, "connect " + address.to_string());
}

// --- traffic ---

io_result dispatcher::receive(std::span<char> buffer, int flags) noexcept {
    if (!is_open())
        return {0, std::make_error_code(std::errc::not_connected)};
    auto got = system::recv(fileno(), buffer, flags);
    while (got.error == EINTR)
        got = system::recv(fileno(), buffer, flags);
    ++core_->counters().reads;
    if (!got.ok())
        return {0, code(got.error)};
    core_->counters().bytes_in += static_cast<std::uint64_t>(got.value);
    return {static_cast<std::size_t>(got.value), {}};
}

io_result dispatcher::recv(std::span<char> buffer) noexcept {
    const auto got = receive(buffer, 0);
    if (got.ec && !got.would_block())
        close(got.ec);
    if (!got.ec && got.n == 0 && !buffer.empty() && !input_ended()) {
        core_->slots()[index_].set(flag::input_ended | flag::eof_pending);
        core_->mark_held(index_); // handle_eof comes from there at the latest
        core_->mark_changed(index_);
    }
    return got;
}

io_result dispatcher::recv_oob(std::span<char> buffer) noexcept {
    return receive(buffer, MSG_OOB); // its errors (no urgent byte) say nothing about the stream
}

io_result dispatcher::send(std::string_view data) noexcept {
    if (!is_open())
        return {0, std::make_error_code(std::errc::not_connected)};
    auto sent = system::send(fileno(), data.data(), data.size());
    while (sent.error == EINTR)
        sent = system::send(fileno(), data.data(), data.size());
    ++core_->counters().sends;
    if (sent.ok()) {
        core_->counters().bytes_out += static_cast<std::uint64_t>(sent.value);
        return {static_cast<std::size_t>(sent.value), {}};
    }
    const io_result result{0, code(sent.error == ENOBUFS ? EAGAIN : sent.error)};
    if (!result.would_block())
        close(result.ec);
    return result;
}

std::span<char> dispatcher::receive_buffer() const noexcept {
    return core_ != nullptr ? core_->receive_buffer() : std::span<char>{};
}

// --- interest ---

void dispatcher::pause_reading() noexcept {
    if (!is_open())
        return;
    core_->slots()[index_].set(flag::paused);
    core_->mark_changed(index_);
}

void dispatcher::resume_reading() noexcept {
    if (!reading_paused())
        return;
    core_->check_thread(*this);
    slot& s = core_->slots()[index_];
    s.clear(flag::paused);
    if (s.has(flag::holds_input))
        core_->mark_held(index_);
    core_->mark_changed(index_);
}

bool dispatcher::reading_paused() const noexcept {
    return is_open() && core_->slots()[index_].has(flag::paused);
}

void dispatcher::interest_changed() noexcept {
    if (is_open())
        core_->mark_changed(index_);
}

void dispatcher::ask_every_iteration(bool on) noexcept {
    if (core_ != nullptr)
        core_->ask_every_iteration(index_, on);
}

void dispatcher::set_deadline(std::chrono::nanoseconds after) noexcept {
    if (!is_open() || core_->slots()[index_].has(flag::lingering))
        return;
    slot& s = core_->slots()[index_];
    s.deadline = detail::later(core_->now(), after);
    core_->expect_deadline(index_, s.deadline);
}

void dispatcher::clear_deadline() noexcept {
    if (is_open() && !core_->slots()[index_].has(flag::lingering))
        core_->slots()[index_].deadline = detail::no_deadline;
}

std::chrono::nanoseconds dispatcher::progress_deadline() const noexcept {
    return detail::no_deadline;
}

// --- state ---

bool dispatcher::is_open() const noexcept {
    return core_ != nullptr && core_->slots().is_live(index_, generation_);
}
bool dispatcher::connected() const noexcept {
    return is_open() && core_->slots()[index_].has(flag::connected);
}
bool dispatcher::connecting() const noexcept {
    return is_open() && core_->slots()[index_].has(flag::connecting);
}
bool dispatcher::accepting() const noexcept {
    return is_open() && core_->slots()[index_].has(flag::accepting);
}
bool dispatcher::closing() const noexcept {
    return is_open() && core_->slots()[index_].has(flag::ending);
}
bool dispatcher::input_ended() const noexcept {
    return is_open() && core_->slots()[index_].has(flag::input_ended);
}
int dispatcher::fileno() const noexcept { return is_open() ? core_->slots()[index_].fd : -1; }
channel_ref dispatcher::ref() const noexcept {
    return is_open() ? core_->ref(index_) : channel_ref{};
}
loop& dispatcher::owner() const noexcept { return core_->owner(); }

endpoint dispatcher::local_address() const noexcept {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    const auto named = system::getsockname(fileno(), reinterpret_cast<sockaddr*>(&address), &size);
    return named.ok() ? endpoint::from_native(reinterpret_cast<const sockaddr*>(&address), size)
                      : endpoint{};
}

endpoint dispatcher::remote_address() const noexcept {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    const auto named = system::getpeername(fileno(), reinterpret_cast<sockaddr*>(&address), &size);
    return named.ok() ? endpoint::from_native(reinterpret_cast<const sockaddr*>(&address), size)
                      : endpoint{};
}

} // namespace reactor
