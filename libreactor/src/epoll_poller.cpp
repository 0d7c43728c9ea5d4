#include "epoll_poller.hpp"

#include <algorithm>
#include <cerrno>

namespace reactor::detail {

namespace {

constexpr std::size_t first_batch = 256;
constexpr std::size_t largest_batch = 4096;

constexpr std::uint32_t all_bits = ready::read | ready::urgent | ready::write | ready::hang_up;
static_assert(ready::read == std::uint32_t{EPOLLIN} && ready::urgent == std::uint32_t{EPOLLPRI} &&
              ready::write == std::uint32_t{EPOLLOUT} &&
              ready::hang_up == std::uint32_t{EPOLLERR | EPOLLHUP});

std::error_code system_error(int value) noexcept { return {value, std::system_category()}; }

readiness to_readiness(const epoll_event& event) noexcept {
    return {.tag = event.data.u64, .what = event.events & all_bits};
}

} // namespace

epoll_poller::epoll_poller() : events_(first_batch) {
    if (const auto ec = rebuild())
        throw std::system_error(ec, "epoll_create1");
}

std::error_code epoll_poller::rebuild() {
    set_.reset(); // first: there may be no descriptor left for a second set
    const auto made = system::epoll_create();
    if (!made.ok())
        return system_error(made.error);
    set_.reset(static_cast<int>(made.value));
    return {};
}

int epoll_poller::control(int operation, int fd, interest wanted, std::uint64_t tag) noexcept {
    epoll_event event{};
    event.events = (wanted.read ? EPOLLIN : 0U) | (wanted.write ? EPOLLOUT : 0U) |
                   (wanted.read && wanted.urgent ? EPOLLPRI : 0U);
    event.data.u64 = tag;
    return system::epoll_ctl(set_.get(), operation, fd, &event).error;
}

// A descriptor's number may be known to the set under circumstances we did not see (a duplicate
// kept it there, or foreign code closed it): one try the other way round, then the error is the
// channel's.
std::error_code epoll_poller::add(int fd, interest wanted, std::uint64_t tag) {
    int error = control(EPOLL_CTL_ADD, fd, wanted, tag);
    if (error == EEXIST)
        error = control(EPOLL_CTL_MOD, fd, wanted, tag);
    return system_error(error);
}

std::error_code epoll_poller::modify(int fd, interest wanted, std::uint64_t tag) {
    int error = control(EPOLL_CTL_MOD, fd, wanted, tag);
    if (error == ENOENT)
        error = control(EPOLL_CTL_ADD, fd, wanted, tag);
    return system_error(error);
}

void epoll_poller::remove(int fd) noexcept { (void)control(EPOLL_CTL_DEL, fd, {}, 0); }

std::error_code epoll_poller::wait(system::wait_limit limit, std::vector<readiness>& out) {
    const auto waited = system::epoll_wait(set_.get(), events_, limit);
    if (!waited.ok()) {
        out.clear();
        return waited.error == EINTR ? std::error_code{} : system_error(waited.error);
    }
    const auto count = static_cast<std::size_t>(waited.value);
    out.resize(count);
    std::transform(events_.begin(), events_.begin() + waited.value, out.begin(), to_readiness);
    if (count == events_.size() && count < largest_batch)
        events_.resize(count * 2);
    return {};
}

bool has_epoll() noexcept { return true; }

std::unique_ptr<poller> make_epoll_poller() { return std::make_unique<epoll_poller>(); }

} // namespace reactor::detail
