#include <reactor/sim/world.hpp>

#include "addresses.hpp"
#include "kernel.hpp"

#include <reactor/loop.hpp>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <numeric>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace reactor::sim {

using detail::kernel;
using detail::sim_clock;
using detail::sim_socket;

namespace {

void require(system::result given, const char* what) {
    if (!given.ok())
        throw std::system_error(given.error, std::generic_category(), what);
}

std::shared_ptr<detail::description> require_open(const kernel& k, int fd) {
    auto found = k.descriptors.find(fd);
    if (found == nullptr)
        throw std::system_error(EBADF, std::generic_category(), "descriptor of a simulated world");
    return found;
}

} // namespace

world::world(std::uint64_t seed) : kernel_(std::make_unique<kernel>(seed)) {}
world::~world() = default;

std::uint64_t world::default_seed() {
    const char* const text = std::getenv("REACTOR_SIM_SEED");
    return text == nullptr ? 1 : std::strtoull(text, nullptr, 0);
}

std::vector<std::uint64_t> world::seeds(std::size_t count) {
    if (std::getenv("REACTOR_SIM_SEED") != nullptr)
        return {default_seed()};
    std::vector<std::uint64_t> all(count);
    std::iota(all.begin(), all.end(), std::uint64_t{1});
    return all;
}

std::uint64_t world::seed() const noexcept { return kernel_->seed; }

bool world::is_linked() {
    kernel probe(1);
    probe.process_id = -4242; // no real process has it
    return system::process_id() == probe.process_id;
}

// ---- time

world::nanoseconds world::now() const noexcept { return kernel_->clock.now(); }

world::nanoseconds world::elapsed() const noexcept { return now() - sim_clock::start; }

void world::at(nanoseconds when, unique_function<void()> action) {
    kernel_->clock.at(sim_clock::start + when, std::move(action));
}

void world::after(nanoseconds delay, unique_function<void()> action) {
    kernel_->clock.at(now() + delay, std::move(action));
}

void world::advance(nanoseconds duration) {
    const auto end = now() + duration;
    for (auto next = kernel_->clock.next(); next && *next <= end; next = kernel_->clock.next()) {
        kernel_->clock.move_to(*next);
        if (!kernel_->run_due_actions())
            break; // called by an action: the rest is done when that is over
    }
    kernel_->clock.move_to(end);
}

void world::run_for(loop& loop, nanoseconds duration) {
    for (const auto end = now() + duration; now() < end && !stuck();)
        loop.run_once(end - now());
}

bool world::run_until(loop& loop, unique_function<bool()> holds, nanoseconds limit) {
    for (const auto end = now() + limit; !holds(); loop.run_once(end - now()))
        if (now() >= end)
            return false;
    return true;
}

void world::set_cost(call which, nanoseconds duration) {
    kernel_->costs[static_cast<std::size_t>(which)] = duration;
}

void world::interrupt_wait() noexcept { kernel_->interrupted = true; }

void world::set_wait_granularity(nanoseconds granularity) noexcept {
    kernel_->granularity = std::max(granularity, nanoseconds{1});
}

// ---- descriptors

std::vector<int> world::open_descriptors() const { return kernel_->descriptors.open_numbers(); }

bool world::is_open(int fd) const noexcept { return kernel_->descriptors.find(fd) != nullptr; }

void world::set_descriptor_limit(int limit) noexcept { kernel_->descriptors.set_limit(limit); }

int world::duplicate(int fd) {
    const auto opened = kernel_->descriptors.open(require_open(*kernel_, fd));
    require(opened, "duplicate");
    return static_cast<int>(opened.value);
}

void world::keep_alive_elsewhere(int fd) {
    auto target = require_open(*kernel_, fd);
    target->retain();
    kernel_->kept_alive.push_back(std::move(target));
}

void world::drop_kept_alive() {
    for (const auto& target : std::exchange(kernel_->kept_alive, {}))
        target->release();
}

void world::set_process_id(int id) noexcept { kernel_->process_id = id; }

// ---- child processes

int world::start_child() { return kernel_->children.start(); }

void world::end_child(int pid, int status) {
    if (kernel_->children.end(pid, status))
        (void)std::raise(SIGCHLD); // ignored unless the program watches it
}

// ---- connections

connected_pair world::connect_pair(int family) {
    const auto program = std::make_shared<sim_socket>(family, kernel_->network.settings);
    const auto opened = kernel_->descriptors.open(program);
    require(opened, "connect_pair");
    auto other = sim_socket::for_peer(family, kernel_->network.settings);
    kernel_->network.join(program, other);
    return {static_cast<int>(opened.value), peer(std::move(other))};
}

peer world::connect(const endpoint& to, const endpoint& from) {
    auto client = sim_socket::for_peer(to.family(), kernel_->network.settings);
    client->local = from;
    const auto given = kernel_->network.connect(client, to);
    if (!given.ok() && given.error != EINPROGRESS && client->pending_error() == 0)
        client->fail(given.error);
    return peer(std::move(client));
}

peer world::connect_to(int listener, const endpoint& from) {
    const auto found = kernel_->descriptors.find_as<sim_socket>(listener);
    if (found == nullptr)
        throw std::system_error(ENOTSOCK, std::generic_category(), "connect_to");
    return connect(found->local, from);
}

peer_listener world::listen(const endpoint& address, int backlog) {
    auto socket = sim_socket::for_peer(address.family(), kernel_->network.settings);
    require(kernel_->network.bind(socket, address), "bind");
    require(kernel_->network.listen(socket, backlog), "listen");
    return peer_listener(std::move(socket));
}

datagram_peer world::datagram_socket(const endpoint& at) {
    auto made = std::make_shared<detail::datagram_socket>(at.family(), kernel_->network.settings);
    made->tap = std::make_unique<std::vector<datagram_peer::message>>();
    require(kernel_->datagrams->bind(made, at), "bind");
    made->retain();
    return {std::move(made), kernel_->datagrams};
}

void world::black_hole(const endpoint& address) {
    kernel_->network.set_outcome(address, detail::sim_network::no_answer);
}

void world::unreachable(const endpoint& address, int error) {
    kernel_->network.set_outcome(address, error);
}

void world::set_connect_delay(nanoseconds delay) noexcept {
    kernel_->network.connect_delay = delay;
}

void world::set_immediate_connects(bool on) noexcept { kernel_->network.immediate_connects = on; }

void world::set_name(std::string_view name, std::vector<endpoint> addresses, nanoseconds delay) {
    kernel_->names.set(name, {.addresses = std::move(addresses), .delay = delay});
}

void world::fail_name(std::string_view name, int failure, nanoseconds delay) {
    kernel_->names.set(name, {.failure = failure, .delay = delay});
}

void world::silence_name(std::string_view name) { kernel_->names.set(name, {}); }

bool world::unlink(std::string_view path) {
    kernel_->datagrams->forget_path(endpoint::unix_path(path));
    return kernel_->network.unlink(path);
}

void world::set_send_capacity(std::size_t bytes) noexcept {
    kernel_->network.settings->send_capacity = bytes;
}

void world::set_receive_capacity(std::size_t bytes) noexcept {
    kernel_->network.settings->receive_capacity = bytes;
}

void world::set_keep_segments(bool on) noexcept { kernel_->network.settings->keep_segments = on; }

// ---- readiness

void world::inject_event(int fd, std::uint32_t events) {
    kernel_->injected.emplace_back(fd, events);
}

void world::forget_watch(int fd) {
    for (const int candidate : kernel_->descriptors.open_numbers())
        if (const auto set = kernel_->descriptors.find_as<detail::sim_epoll>(candidate))
            set->forget(fd);
    kernel_->forget_notes(fd);
}

void world::shuffle_events(bool on) noexcept { kernel_->shuffled = on; }

void world::fill_wake(int fd) {
    auto* const slot = kernel_->wakes.find(fd);
    if (slot == nullptr)
        throw std::system_error(EBADF, std::generic_category(), "fill_wake");
    slot->full = true;
    ++slot->signals;
}

void world::expect_other_threads(bool on) noexcept { kernel_->other_threads = on; }

// ---- what happened

class faults& world::faults() noexcept {
    return kernel_->faults;
}

void world::set_chaos(const chaos& what) noexcept {
    kernel_->chaos.set(what);
    kernel_->shuffled = what.shuffled_events;
}

std::uint64_t world::count(call which) const noexcept {
    return which == call::wake_signal ? kernel_->wakes.calls() : kernel_->log.counted(which);
}

std::uint64_t world::count(call which, int fd) const noexcept {
    return kernel_->log.counted(which, fd);
}

void world::reset_counts() noexcept {
    kernel_->log.reset_counts();
    kernel_->wakes.reset_calls();
}

std::string world::trace(std::size_t last) const { return kernel_->log.text(last); }

std::string world::describe() const { return kernel_->describe(); }

void world::on_problem(unique_function<void(std::string_view)> report) {
    kernel_->problem_hook = std::move(report);
}

const std::vector<std::string>& world::problems() const noexcept { return kernel_->problems; }

bool world::stuck() const noexcept { return kernel_->stuck; }

void world::set_wait_limit(std::uint64_t waits) noexcept { kernel_->wait_limit = waits; }

} // namespace reactor::sim
