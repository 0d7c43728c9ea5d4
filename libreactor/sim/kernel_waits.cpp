#include "kernel.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <thread>

namespace reactor::sim::detail {

// ---- how a wait passes

/// Refuses to go on with a program that spins, and gives up on one that does not listen.
std::optional<result> kernel::before_wait() {
    if (++waits_ <= wait_limit)
        return std::nullopt;
    if (waits_ == wait_limit + 1)
        report("more than " + std::to_string(wait_limit) + " waits: does the program spin?\n" +
               describe() + log.text(20));
    if (waits_ > wait_limit + 1000) {
        std::fputs("reactor::sim: the program goes on after too many waits\n", stderr);
        std::abort();
    }
    return failed(EDEADLK);
}

kernel::nanoseconds kernel::rounded(nanoseconds limit) const noexcept {
    constexpr nanoseconds longest = std::chrono::hours{24 * 365 * 100};
    const auto whole = std::clamp(limit, nanoseconds{0}, longest);
    const auto rest = whole % granularity;
    return rest.count() == 0 ? whole : whole + (granularity - rest);
}

/// @param scan  gives the number of events reported, without waiting.
template <class Scan>
result kernel::wait(system::wait_limit limit, Scan&& scan) {
    if (const auto refused = before_wait())
        return *refused;
    const bool endless = !limit;
    const nanoseconds end = endless ? nanoseconds::max() : clock.now() + rounded(*limit);
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    for (;;) {
        run_due_actions();
        if (std::exchange(interrupted, false))
            return failed(EINTR);
        if (const std::int64_t count = scan(); count > 0)
            return done(count);
        if (clock.now() >= end)
            return done(0);
        const auto next = clock.next();
        if (next && *next <= end)
            clock.move_to(*next);
        else if (!endless)
            clock.move_to(end);
        else if (other_threads && std::chrono::steady_clock::now() < patience)
            std::this_thread::sleep_for(std::chrono::microseconds{100});
        else
            return wait_for_ever();
    }
}

result kernel::wait_for_ever() {
    stuck = true;
    report("the program would wait for ever: nothing is ready, nothing is scheduled\n" +
           describe() + "  last calls:\n" + log.text(12));
    if (++stuck_waits_ > 100) {
        std::fputs("reactor::sim: the program keeps waiting for ever\n", stderr);
        std::abort();
    }
    return failed(EDEADLK);
}

// ---- epoll

result kernel::epoll_create() { return descriptors.open(std::make_shared<sim_epoll>()); }

result kernel::epoll_control(int set, int operation, int fd, epoll_event* event) {
    const auto target = descriptors.find(fd);
    const auto holder = descriptors.find(set);
    if (target == nullptr || holder == nullptr)
        return failed(EBADF);
    const auto found = std::dynamic_pointer_cast<sim_epoll>(holder);
    if (found == nullptr)
        return failed(target->watchable() ? EINVAL : EPERM);
    return found->control(operation, fd, target, event);
}

result kernel::epoll_wait(int set, std::span<epoll_event> events, system::wait_limit limit) {
    const auto holder = descriptors.find(set);
    if (holder == nullptr)
        return failed(EBADF);
    const auto found = std::dynamic_pointer_cast<sim_epoll>(holder);
    if (found == nullptr || events.empty())
        return failed(EINVAL);
    return wait(limit, [&] {
        return static_cast<std::int64_t>(
            found->collect(events, injected, shuffled ? &random : nullptr));
    });
}

// ---- kqueue

result kernel::kqueue_create() {
    auto made = std::make_shared<sim_kqueue>();
    std::erase_if(kqueues_, [](const auto& entry) { return entry.expired(); });
    kqueues_.push_back(made);
    return descriptors.open(std::move(made));
}

void kernel::forget_notes(int fd) {
    for (const auto& entry : kqueues_)
        if (const auto found = entry.lock())
            found->forget(fd);
}

result kernel::kevent(int set, std::span<const system::kqueue_event> changes,
                      std::span<system::kqueue_event> events, system::wait_limit limit) {
    const auto found = descriptors.find_as<sim_kqueue>(set);
    if (found == nullptr)
        return failed(EBADF);
    const result changed = make_changes(set, *found, changes, events);
    if (!changed.ok() || changed.value > 0 || events.empty())
        return changed;
    return wait(limit, [&] {
        return static_cast<std::int64_t>(
            found->collect(events, injected, shuffled ? &random : nullptr));
    });
}

result kernel::make_changes(int set, sim_kqueue& kqueue,
                            std::span<const system::kqueue_event> changes,
                            std::span<system::kqueue_event> answers) {
    std::size_t answered = 0;
    for (const system::kqueue_event& asked : changes) {
        const result given = perform(call::kevent_change, asked.fd, asked.flags, [&](std::size_t) {
            return kqueue.change(set, asked, descriptors.find(asked.fd), wakes);
        });
        if (given.ok() && (asked.flags & system::kqueue_flag::receipt) == 0)
            continue;
        if (answered == answers.size())
            return given.ok() ? done() : given;
        system::kqueue_event& answer = answers[answered++];
        answer = asked;
        answer.flags = system::kqueue_flag::error; // FreeBSD drops the others
        answer.value = given.error;
    }
    return done(static_cast<std::int64_t>(answered));
}

// ---- poll

result kernel::poll(std::span<pollfd> entries, system::wait_limit limit) {
    return wait(limit, [&] { return scan_poll(entries); });
}

std::int64_t kernel::scan_poll(std::span<pollfd> entries) {
    std::int64_t count = 0;
    for (pollfd& entry : entries) {
        entry.revents = 0;
        if (entry.fd < 0)
            continue;
        std::uint32_t events = POLLNVAL;
        if (const auto target = descriptors.find(entry.fd)) {
            const auto wanted =
                static_cast<std::uint32_t>(static_cast<unsigned short>(entry.events));
            events = target->ready() & (wanted | POLLERR | POLLHUP);
            for (const auto& [fd, bits] : injected)
                events |= fd == entry.fd ? bits : 0U;
        }
        entry.revents = static_cast<short>(events);
        count += events != 0 ? 1 : 0;
        std::erase_if(injected, [&](const auto& given) { return given.first == entry.fd; });
    }
    return count;
}

// ---- wake-ups

result kernel::wake_create(system::wake_ends& made_ends) {
    wake_table::slot* const slot = wakes.take();
    if (slot == nullptr)
        return failed(EMFILE);
    const auto made = std::make_shared<sim_wake>(*slot);
    const result opened = descriptors.open(made);
    made_ends.watched = made_ends.signalled = static_cast<int>(opened.value); // -1 if failed
    slot->fd.store(made_ends.signalled, std::memory_order_release);
    return opened;
}

result kernel::wake_drain(int fd) {
    const auto found = descriptors.find_as<sim_wake>(fd);
    return found == nullptr ? failed(descriptors.find(fd) == nullptr ? EBADF : EINVAL)
                            : found->drain();
}

} // namespace reactor::sim::detail
