#include "usage_audit.hpp"

#include "system.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>

namespace reactor::detail {

usage_audit::usage_audit(bool on) : on_(on), process_(system::process_id()) {}

bool usage_audit::begin_run() noexcept {
    if (running_.exchange(true, std::memory_order_acq_rel))
        return false;
    thread_.store(std::this_thread::get_id(), std::memory_order_release);
    return true;
}

bool usage_audit::forked() const noexcept {
    return system::process_id() != process_.load(std::memory_order_relaxed);
}

void usage_audit::adopt_process() noexcept {
    process_.store(system::process_id(), std::memory_order_relaxed);
    // The thread that ran it may have stayed in the parent.
    if (thread_.load(std::memory_order_acquire) != std::this_thread::get_id())
        running_.store(false, std::memory_order_release);
}

void usage_audit::check_process(const char* name) noexcept {
    if (forked())
        found(kind::forked, name,
              "used in a forked child: call loop::after_fork_child() there before anything else");
}

void usage_audit::check_thread(const char* name) noexcept {
    if (running() && thread_.load(std::memory_order_acquire) != std::this_thread::get_id())
        found(kind::wrong_thread, name,
              "used in another thread than its loop's; only post and stop may be");
}

void usage_audit::note_slow(const char* name, std::chrono::nanoseconds took,
                            std::chrono::nanoseconds limit) noexcept {
    using std::chrono::duration_cast;
    using std::chrono::milliseconds;
    char text[96];
    std::snprintf(text, sizeof text, "a callback took %lld ms, longer than %lld ms",
                  static_cast<long long>(duration_cast<milliseconds>(took).count()),
                  static_cast<long long>(duration_cast<milliseconds>(limit).count()));
    found(kind::slow_callback, name, text);
}

void usage_audit::found(kind what, const char* name, const char* text) noexcept {
    findings_.fetch_add(1, std::memory_order_relaxed);
    if (is_new(what, name))
        std::fprintf(stderr, "reactor audit: %s: %s\n", name, text);
}

bool usage_audit::is_new(kind what, const char* name) noexcept {
    try {
        const std::lock_guard lock(mutex_);
        const auto same = [&](const auto& p) { return p.first == what && p.second == name; };
        if (std::any_of(printed_.begin(), printed_.end(), same))
            return false;
        printed_.emplace_back(what, name);
        return true;
    } catch (const std::exception&) {
        return true; // no memory to remember it: rather twice than never
    }
}

} // namespace reactor::detail
