#include "signals.hpp"

#include "system.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>
#include <utility>

namespace reactor::detail {

namespace {

// A signal's action is the process's, so this table is as well: the one piece of global state, and
// atomic.
struct arrival {
    std::atomic<post_queue*> owner = nullptr;
    std::atomic<int> seen_by = 0;  // the process to which it came; 0 when that was told
    std::atomic<int> handlers = 0; // at work, in whatever threads
    std::atomic<int> process = 0;  // whose threads those are
};
std::array<arrival, NSIG> arrivals; // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

static_assert(std::atomic<post_queue*>::is_always_lock_free, "used in a signal handler");

extern "C" void note_arrival(int number) {
    const int saved = errno;
    arrival& a = arrivals[static_cast<std::size_t>(number)];
    a.handlers.fetch_add(1); // before the owner is looked at: see let_handlers_finish
    if (post_queue* owner = a.owner.load()) {
        a.seen_by.store(system::process_id_in_handler(), std::memory_order_release);
        owner->waker().signal();
    }
    a.handlers.fetch_sub(1);
    errno = saved;
}

/// A handler in another thread may hold the owner that it found and wake it yet, however long the
/// scheduler keeps it waiting.  In a forked child that thread is missing, and its count means
/// nothing.
void let_handlers_finish(const arrival& a) noexcept {
    constexpr int yields = 100; // then sleep: a handler of lesser priority has to get a processor
    const int process = system::process_id();
    for (int i = 0; a.handlers.load() != 0 && a.process.load() == process; ++i) {
        if (i < yields)
            std::this_thread::yield();
        else
            std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
}

/// Drops the count of handlers that a fork left behind in the parent.
void count_own_handlers(arrival& a) noexcept {
    const int process = system::process_id();
    if (a.process.exchange(process) != process)
        a.handlers.store(0);
}

} // namespace

signals::~signals() {
    while (!watched_.empty())
        give_back(watched_.end() - 1);
}

void signals::watch(int number, unique_function<void()> function) {
    if (number <= 0 || number >= NSIG)
        throw std::system_error(EINVAL, std::system_category(), "reactor::loop::on_signal");
    const auto present = find(number);
    if (present == watched_.end()) {
        if (function)
            claim(number, std::move(function));
    } else if (function || (number == SIGCHLD && for_children_)) {
        // A new entry: the former function may be the one that calls.
        *present =
            std::make_shared<watched>(watched{number, (*present)->former, std::move(function)});
    } else {
        give_back(present);
    }
}

void signals::watch_children() {
    if (find(SIGCHLD) == watched_.end())
        claim(SIGCHLD, {});
    for_children_ = true;
    arrivals[SIGCHLD].seen_by.store(system::process_id(), std::memory_order_release);
    queue_.waker().signal();
}

void signals::forget_arrivals() noexcept {
    for (const auto& entry : watched_) {
        arrival& a = arrivals[static_cast<std::size_t>(entry->number)];
        count_own_handlers(a);
        if (int seen_by = a.seen_by.load(); seen_by != system::process_id())
            a.seen_by.compare_exchange_strong(seen_by, 0);
    }
}

void signals::claim(int number, unique_function<void()> function) {
    arrival& a = arrivals[static_cast<std::size_t>(number)];
    auto entry = std::make_shared<watched>(watched{number, {}, std::move(function)});
    watched_.reserve(watched_.size() + 1);
    post_queue* nobody = nullptr;
    if (!a.owner.compare_exchange_strong(nobody, &queue_))
        throw std::system_error(EBUSY, std::system_category(),
                                "reactor::loop::on_signal: another loop's signal");
    count_own_handlers(a);
    a.seen_by.store(0);
    struct sigaction action {};
    action.sa_handler = &note_arrival;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    const auto done = system::signal_action(number, action, entry->former);
    if (!done.ok()) {
        a.owner.store(nullptr);
        throw std::system_error(done.error, std::system_category(), "reactor::loop::on_signal");
    }
    watched_.push_back(std::move(entry));
}

signals::entries::iterator signals::find(int number) noexcept {
    return std::find_if(watched_.begin(), watched_.end(),
                        [&](const auto& w) { return w->number == number; });
}

void signals::give_back(entries::iterator entry) noexcept {
    const int number = (*entry)->number;
    struct sigaction ours {};
    (void)system::signal_action(number, (*entry)->former, ours);
    arrival& a = arrivals[static_cast<std::size_t>(number)];
    a.owner.store(nullptr);
    let_handlers_finish(a);
    watched_.erase(entry);
}

bool signals::take_arrival(int number) noexcept {
    return arrivals[static_cast<std::size_t>(number)].seen_by.exchange(0) != 0;
}

} // namespace reactor::detail
