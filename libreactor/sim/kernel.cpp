#include "kernel.hpp"

#include "sim_file.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <utility>

namespace reactor::sim::detail {

namespace {

thread_local kernel* current_kernel = nullptr;
std::atomic<kernel*> newest_kernel{nullptr};

} // namespace

kernel::kernel(std::uint64_t seed_of_world)
    : seed(seed_of_world), random(seed_of_world), outer_(current_kernel) {
    current_kernel = this;
    newest_kernel = this;
}

kernel::~kernel() {
    if (std::uncaught_exceptions() > exceptions_)
        std::fprintf(stderr, "reactor::sim: %s", how_to_replay().c_str());
    network.settings->chaos = nullptr; // peers may live on
    clock.forget_actions();            // what they hold may make calls when destroyed
    current_kernel = outer_;
    kernel* self = this;
    newest_kernel.compare_exchange_strong(self, outer_);
}

kernel& kernel::current() noexcept {
    if (current_kernel == nullptr) {
        std::fputs("reactor::sim: a system call on a thread without a simulated world; make a "
                   "reactor::sim::world first, and destroy it last\n",
                   stderr);
        std::abort();
    }
    return *current_kernel;
}

bool kernel::is_current() noexcept { return current_kernel != nullptr; }

kernel* kernel::current_or_newest() noexcept {
    return current_kernel != nullptr ? current_kernel
                                     : newest_kernel.load(std::memory_order_acquire);
}

fault_outcome kernel::begin(call which, int fd, std::size_t size) {
    log.count(which, fd);
    if (const auto cost = costs[static_cast<std::size_t>(which)]; cost.count() > 0)
        clock.move_to(clock.now() + cost);
    const fault_outcome planned = plan.standing() == 0 ? fault_outcome{} : plan.next(which, fd);
    return planned.none() ? chaos.for_call(which, size) : planned;
}

// ---- descriptors

result kernel::open_reserve() {
    return descriptors.open(std::make_shared<sim_file>(sim_file::kind::null));
}

result kernel::close(int fd) {
    forget_notes(fd);
    return descriptors.close(fd);
}

result kernel::set_nonblocking(int fd, bool on) {
    const auto target = descriptors.find(fd);
    if (target == nullptr)
        return failed(EBADF);
    const bool before = target->nonblocking();
    target->set_nonblocking(on);
    return done(before ? 1 : 0);
}

result kernel::signal(int fd) noexcept {
    if (current_kernel != this || plan.standing() == 0)
        return wakes.signal(fd);
    const fault_outcome fault = plan.next(call::wake_signal, fd);
    const bool skipped = fault.value || (fault.error != 0 && !fault.performed);
    const result given = skipped ? wakes.skip() : wakes.signal(fd);
    if (fault.error != 0)
        return failed(fault.error);
    return fault.value ? done(*fault.value) : given;
}

result kernel::start_lookup(const std::string& host, std::uint16_t port,
                            system::lookup_done answered) {
    auto found = names.find(host, port);
    if (!found.delay)
        return done();
    const auto when = clock.now() + *found.delay;
    clock.at(when, [found = std::move(found), answered = std::move(answered)]() mutable {
        answered({.failure = found.failure, .addresses = std::move(found.addresses)});
    });
    return done();
}

// ---- for the test

bool kernel::run_due_actions() {
    // Time that passes inside an action leaves what comes due then to the run it was called from.
    if (std::exchange(acting_, true))
        return false;
    while (auto action = clock.take_due()) {
        try {
            action();
        } catch (const std::exception& error) {
            report(std::string("an action of the test threw: ") + error.what());
        } catch (...) {
            report("an action of the test threw");
        }
    }
    acting_ = false;
    return true;
}

std::string kernel::how_to_replay() const {
    return "seed " + std::to_string(seed) + " (set REACTOR_SIM_SEED=" + std::to_string(seed) +
           " to replay)\n";
}

void kernel::report(std::string problem) {
    problem += "\n  " + how_to_replay();
    problems.push_back(problem);
    if (problem_hook)
        problem_hook(problems.back());
    else
        std::fprintf(stderr, "reactor::sim: %s", problem.c_str());
}

std::string kernel::describe() const {
    char line[64];
    std::snprintf(line, sizeof line, "  time %.9f s since the start\n",
                  std::chrono::duration<double>(clock.now() - sim_clock::start).count());
    std::string text = line;
    for (const int fd : descriptors.open_numbers()) {
        const auto target = descriptors.find(fd);
        std::snprintf(line, sizeof line, "  %d (ready 0x%x): ", fd, target->ready());
        text += line + target->describe() + '\n';
    }
    for (const auto& target : kept_alive)
        text += "  kept alive elsewhere: " + target->describe() + '\n';
    if (const auto next = clock.next()) {
        std::snprintf(line, sizeof line, "  next action at %.9f s\n",
                      std::chrono::duration<double>(*next - sim_clock::start).count());
        text += line;
    }
    return text;
}

} // namespace reactor::sim::detail
