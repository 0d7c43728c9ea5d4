#include "bench/reactor-bench/peers/raw_epoll/raw_epoll.hpp"
#include "bench/reactor-bench/cases/accept.hpp"
#include "bench/reactor-bench/cases/lines.hpp"
#include "bench/reactor-bench/cases/ping_pong.hpp"
#include "bench/reactor-bench/cases/posts.hpp"
#include "bench/reactor-bench/cases/ring.hpp"
#include "bench/reactor-bench/cases/room.hpp"
#include "bench/reactor-bench/cases/timers.hpp"

#include <sys/utsname.h>

#include <cerrno>
#include <system_error>

namespace reactor_bench::with_epoll {

namespace {

constexpr std::size_t batch = 4096;

[[noreturn]] void fail(const char* call) {
    throw std::system_error(errno, std::system_category(), call);
}

std::string kernel_release() {
    utsname name{};
    return ::uname(&name) == 0 ? name.release : "";
}

} // namespace

epoll_set::epoll_set() : set_(::epoll_create1(EPOLL_CLOEXEC)), events_(batch) {
    if (!set_)
        fail("epoll_create1");
}

void epoll_set::add(int fd, std::uint64_t number, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = number;
    if (::epoll_ctl(set_.get(), EPOLL_CTL_ADD, fd, &event) != 0)
        fail("epoll_ctl");
}

void epoll_set::change(int fd, std::uint64_t number, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = number;
    if (::epoll_ctl(set_.get(), EPOLL_CTL_MOD, fd, &event) != 0)
        fail("epoll_ctl");
}

std::span<const epoll_event> epoll_set::wait(int timeout_ms) {
    const int count = ::epoll_wait(set_.get(), events_.data(), batch, timeout_ms);
    if (count < 0 && errno != EINTR)
        fail("epoll_wait");
    return {events_.data(), static_cast<std::size_t>(count < 0 ? 0 : count)};
}

peer describe() {
    return {.name = "epoll",
            .version = kernel_release(),
            .make_ring = &make_ring,
            .make_ping_pong = &make_ping_pong,
            .make_line_server = &make_line_server,
            .make_room = &make_room,
            .make_acceptor = &make_acceptor,
            .make_timers = &make_timers,
            .make_post_target = &make_post_target};
}

} // namespace reactor_bench::with_epoll
