// The symbols of system.hpp over the simulated world of this thread.
#include "system.hpp"

#include "kernel.hpp"
#include "perform.hpp"
#include "pieces.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

namespace reactor::system {

namespace {

using sim::call;
using sim::detail::kernel;
using sim::detail::perform;

template <class F>
result perform(call which, int fd, F&& function) {
    kernel& world = kernel::current();
    return world.perform(which, fd, 0, [&](std::size_t) { return function(world); });
}

endpoint read_address(const sockaddr* address, socklen_t size) noexcept {
    return endpoint::from_native(address, size);
}

} // namespace

std::chrono::nanoseconds monotonic_now() noexcept {
    kernel& world = kernel::current();
    (void)perform(call::monotonic_now, -1, [](kernel&) { return sim::detail::done(); });
    return world.clock.now();
}

int process_id_in_handler() noexcept {
    const kernel* const world = kernel::current_or_newest();
    return world == nullptr ? ::getpid() : world->process_id;
}

int process_id() noexcept {
    if (!kernel::is_current()) // another thread asks: only its own may be counted
        return process_id_in_handler();
    const auto given =
        perform(call::process_id, -1, [](kernel& k) { return sim::detail::done(k.process_id); });
    return static_cast<int>(given.value);
}

/// Every world has the one interface `lo`, number 1.
result interface_index(const char* name) noexcept {
    return perform(call::interface_index, -1, [&](kernel&) {
        return std::string_view{name} == "lo" ? sim::detail::done(1) : sim::detail::failed(ENODEV);
    });
}

result write_report(int fd, const char* text, std::size_t size) noexcept {
    const auto written = ::write(fd, text, size);
    return written < 0 ? result{-1, errno} : result{written, 0};
}

result start_lookup(const std::string& host, std::uint16_t port, lookup_done done) noexcept {
    return perform(call::start_lookup, -1,
                   [&](kernel& k) { return k.start_lookup(host, port, std::move(done)); });
}

// Signals are the process's, whatever world its threads live in.
result signal_action(int signal, const struct sigaction& action,
                     struct sigaction& former) noexcept {
    return ::sigaction(signal, &action, &former) == 0 ? result{0, 0} : result{-1, errno};
}

result pidfd_open(int pid) noexcept {
    return perform(call::pidfd_open, -1, [&](kernel& k) {
        auto child = k.children.open(pid);
        return child == nullptr ? sim::detail::failed(ESRCH) : k.descriptors.open(std::move(child));
    });
}

result peek_child(int pid) noexcept {
    return perform(call::peek_child, -1, [&](kernel& k) { return k.children.peek(pid); });
}

result wait_child(int pid, int& status) noexcept {
    return perform(call::wait_child, -1, [&](kernel& k) { return k.children.wait(pid, status); });
}

result open_reserve() noexcept {
    return perform(call::open_reserve, -1, [](kernel& k) { return k.open_reserve(); });
}

result close(int fd) noexcept {
    return perform(call::close, fd, [&](kernel& k) { return k.close(fd); });
}

result set_nonblocking(int fd, bool on) noexcept {
    return perform(call::set_nonblocking, fd, [&](kernel& k) { return k.set_nonblocking(fd, on); });
}

result set_close_on_exec(int fd) noexcept {
    return perform(call::set_close_on_exec, fd, [&](kernel& k) {
        return k.descriptors.find(fd) != nullptr ? sim::detail::done() : sim::detail::failed(EBADF);
    });
}

result socket(int family, int type) noexcept {
    return perform(call::socket, -1, [&](kernel& k) { return k.socket(family, type); });
}

result bind(int fd, const sockaddr* address, socklen_t size) noexcept {
    return perform(call::bind, fd,
                   [&](kernel& k) { return k.bind(fd, read_address(address, size)); });
}

result listen(int fd, int backlog) noexcept {
    return perform(call::listen, fd, [&](kernel& k) { return k.listen(fd, backlog); });
}

result connect(int fd, const sockaddr* address, socklen_t size) noexcept {
    return perform(call::connect, fd,
                   [&](kernel& k) { return k.connect(fd, read_address(address, size)); });
}

result accept(int fd, sockaddr* address, socklen_t* size) noexcept {
    return perform(call::accept, fd, [&](kernel& k) { return k.accept(fd, address, size); });
}

result shutdown(int fd, int how) noexcept {
    return perform(call::shutdown, fd, static_cast<std::size_t>(how),
                   [&](kernel& k, std::size_t) { return k.shutdown(fd, how); });
}

result getsockname(int fd, sockaddr* address, socklen_t* size) noexcept {
    return perform(call::getsockname, fd,
                   [&](kernel& k) { return k.name(fd, false, address, size); });
}

result getpeername(int fd, sockaddr* address, socklen_t* size) noexcept {
    return perform(call::getpeername, fd,
                   [&](kernel& k) { return k.name(fd, true, address, size); });
}

result setsockopt(int fd, int level, int name, const void* value, socklen_t size) noexcept {
    return perform(
        call::setsockopt, fd, static_cast<std::size_t>(name),
        [&](kernel& k, std::size_t) { return k.set_option(fd, level, name, value, size); });
}

result getsockopt(int fd, int level, int name, void* value, socklen_t* size) noexcept {
    return perform(
        call::getsockopt, fd, static_cast<std::size_t>(name),
        [&](kernel& k, std::size_t) { return k.get_option(fd, level, name, value, size); });
}

// As on Linux, and of the same kind as all options.
result limit_unsent(int fd, int bytes) noexcept {
    return system::setsockopt(fd, IPPROTO_TCP, sim::detail::unsent_limit_option, &bytes,
                              sizeof bytes);
}

result recv(int fd, std::span<char> buffer, int flags) noexcept {
    return perform(call::recv, fd, buffer.size(), [&](kernel& k, std::size_t at_most) {
        return k.recv(fd, buffer.first(at_most), flags);
    });
}

result send(int fd, const char* data, std::size_t size) noexcept {
    return perform(call::send, fd, size, [&](kernel& k, std::size_t at_most) {
        return k.send(fd, {data, at_most});
    });
}

result sendmsg(int fd, std::span<const iovec> pieces) noexcept {
    return perform(call::sendmsg, fd, sim::detail::total(pieces),
                   [&](kernel& k, std::size_t at_most) { return k.sendmsg(fd, pieces, at_most); });
}

result recvfrom(int fd, datagram& into) noexcept {
    return perform(call::recvfrom, fd, into.bytes.size(),
                   [&](kernel& k, std::size_t at_most) { return k.recvfrom(fd, into, at_most); });
}

result sendto(int fd, const datagram& message) noexcept {
    return perform(call::sendto, fd, message.bytes.size(),
                   [&](kernel& k, std::size_t) { return k.sendto(fd, message); });
}

result recvmmsg(int fd, std::span<datagram> into) noexcept {
    into = into.first(std::min(into.size(), datagram_batch_limit));
    return perform(call::recvmmsg, fd, into.size(), [&](kernel& k, std::size_t at_most) {
        return k.recvmmsg(fd, into.first(at_most));
    });
}

result sendmmsg(int fd, std::span<const datagram> messages) noexcept {
    messages = messages.first(std::min(messages.size(), datagram_batch_limit));
    return perform(call::sendmmsg, fd, messages.size(), [&](kernel& k, std::size_t at_most) {
        return k.sendmmsg(fd, messages.first(at_most));
    });
}

result epoll_create() noexcept {
    return perform(call::epoll_create, -1, [](kernel& k) { return k.epoll_create(); });
}

result epoll_ctl(int set, int operation, int fd, epoll_event* event) noexcept {
    return perform(
        call::epoll_ctl, fd, static_cast<std::size_t>(operation),
        [&](kernel& k, std::size_t) { return k.epoll_control(set, operation, fd, event); });
}

result epoll_wait(int set, std::span<epoll_event> events, wait_limit limit) noexcept {
    return perform(call::epoll_wait, set, events.size(),
                   [&](kernel& k, std::size_t) { return k.epoll_wait(set, events, limit); });
}

result poll(std::span<pollfd> entries, wait_limit limit) noexcept {
    return perform(call::poll, -1, entries.size(),
                   [&](kernel& k, std::size_t) { return k.poll(entries, limit); });
}

result kqueue_create() noexcept {
    return perform(call::kqueue_create, -1, [](kernel& k) { return k.kqueue_create(); });
}

bool kqueue_knows(kqueue_filter filter) noexcept {
    const kernel& k = kernel::current();
    return filter == kqueue_filter::user     ? k.knows_user
           : filter == kqueue_filter::urgent ? k.knows_urgent
                                             : true;
}

result kevent(int set, std::span<const kqueue_event> changes, std::span<kqueue_event> events,
              wait_limit limit) noexcept {
    return perform(call::kevent, set, changes.size(),
                   [&](kernel& k, std::size_t) { return k.kevent(set, changes, events, limit); });
}

result kqueue_trigger(int set) noexcept { return wake_signal(set); }

result wake_create(wake_ends& made) noexcept {
    return perform(call::wake_create, -1, [&](kernel& k) { return k.wake_create(made); });
}

/// Neither lock nor memory: this is for other threads and signal handlers too.
result wake_signal(int fd) noexcept {
    kernel* const world = kernel::current_or_newest();
    return world == nullptr ? sim::detail::failed(EBADF) : world->signal(fd);
}

result wake_drain(int fd) noexcept {
    return perform(call::wake_drain, fd, [&](kernel& k) { return k.wake_drain(fd); });
}

} // namespace reactor::system
