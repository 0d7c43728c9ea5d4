#include "wake_table.hpp"

#include <cerrno>

namespace reactor::sim::detail {

wake_table::slot* wake_table::take() noexcept {
    for (slot& candidate : slots_) {
        int free = -1;
        if (!candidate.fd.compare_exchange_strong(free, reserved))
            continue;
        candidate.signals = 0;
        candidate.full = false;
        return &candidate;
    }
    return nullptr;
}

wake_table::slot* wake_table::find(int fd) noexcept {
    for (slot& candidate : slots_)
        if (fd >= 0 && candidate.fd.load(std::memory_order_acquire) == fd)
            return &candidate;
    return nullptr;
}

result wake_table::signal(int fd) noexcept {
    calls_.fetch_add(1, std::memory_order_relaxed);
    slot* const target = find(fd);
    if (target == nullptr)
        return failed(EBADF);
    if (target->full.load(std::memory_order_acquire))
        return failed(EAGAIN);
    target->signals.fetch_add(1, std::memory_order_release);
    return done();
}

result wake_table::skip() noexcept {
    calls_.fetch_add(1, std::memory_order_relaxed);
    return done();
}

result sim_wake::drain() noexcept {
    const auto signals = slot_.signals.exchange(0, std::memory_order_acq_rel);
    slot_.full.store(false, std::memory_order_release);
    return signals == 0 ? failed(EAGAIN) : done(static_cast<std::int64_t>(signals));
}

std::uint32_t sim_wake::ready() const {
    return slot_.signals.load(std::memory_order_acquire) > 0 ? EPOLLIN : 0U;
}

std::string sim_wake::describe() const { return "wake-up"; }

void sim_wake::on_last_close() { slot_.fd.store(-1, std::memory_order_release); }

} // namespace reactor::sim::detail
