#pragma once

#include "call_log.hpp"
#include "chaos_source.hpp"
#include "child_table.hpp"
#include "datagram_network.hpp"
#include "descriptor_table.hpp"
#include "fault_plan.hpp"
#include "name_table.hpp"
#include "sim_clock.hpp"
#include "sim_epoll.hpp"
#include "sim_kqueue.hpp"
#include "sim_network.hpp"
#include "sim_socket.hpp"
#include "wake_table.hpp"

#include <reactor/sim/faults.hpp>
#include <reactor/unique_function.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reactor::sim::detail {

/// The system in memory: what its calls do, without counting or faults (`perform` adds those).
class kernel {
public:
    using nanoseconds = std::chrono::nanoseconds;

    explicit kernel(std::uint64_t seed);
    ~kernel();
    kernel(const kernel&) = delete;
    kernel& operator=(const kernel&) = delete;

    /// The world of this thread; ends the process with a message if there is none.
    static kernel& current() noexcept;
    /// Whether this thread has a world of its own.
    static bool is_current() noexcept;
    /// The same for calls that other threads may make: else the newest world, or null.
    static kernel* current_or_newest() noexcept;

    /// One call of the program: counted, made to fail if a fault says so, remembered.
    /// @param size      bytes that the call would move, or the number that means most.
    /// @param function  makes the call with so many bytes at most.
    template <class F>
    result perform(call which, int fd, std::size_t size, F&& function) {
        const fault_outcome fault = begin(which, fd, size);
        result given;
        if (fault.value)
            given = done(*fault.value);
        else if (fault.error == 0 || fault.performed)
            given = function(std::min(size, fault.at_most));
        if (fault.error != 0)
            given = failed(fault.error);
        log.add(clock.now(), which, fd, size, given);
        return given;
    }

    // Descriptors.
    result open_reserve();
    result close(int fd);
    result set_nonblocking(int fd, bool on);

    // Files, and read(2) and write(2) of sockets too.
    result duplicate(int fd);
    result read(int fd, std::span<char> buffer);
    result write(int fd, std::span<const iovec> pieces, std::size_t at_most);

    // Sockets.
    result socket(int family, int type);
    result bind(int fd, const endpoint& where);
    result listen(int fd, int backlog);
    result connect(int fd, const endpoint& to);
    result accept(int fd, sockaddr* address, socklen_t* size);
    result shutdown(int fd, int how);
    result name(int fd, bool of_peer, sockaddr* address, socklen_t* size);
    result set_option(int fd, int level, int name, const void* value, socklen_t size);
    result get_option(int fd, int level, int name, void* value, socklen_t* size);
    result recv(int fd, std::span<char> buffer, int flags);
    result send(int fd, std::string_view bytes);
    result sendmsg(int fd, std::span<const iovec> pieces, std::size_t at_most);
    result recvfrom(int fd, datagram& into, std::size_t at_most);
    result sendto(int fd, const datagram& message);
    result recvmmsg(int fd, std::span<datagram> into);
    result sendmmsg(int fd, std::span<const datagram> messages);

    // Readiness.
    result epoll_create();
    result epoll_control(int set, int operation, int fd, epoll_event* event);
    result epoll_wait(int set, std::span<epoll_event> events, system::wait_limit limit);
    result poll(std::span<pollfd> entries, system::wait_limit limit);
    result kqueue_create();
    result kevent(int set, std::span<const system::kqueue_event> changes,
                  std::span<system::kqueue_event> events, system::wait_limit limit);
    result wake_create(system::wake_ends& made);
    /// Any thread, and signal handlers; faults hit only calls of the world's own thread.
    result signal(int fd) noexcept;
    result wake_drain(int fd);

    result start_lookup(const std::string& host, std::uint16_t port, system::lookup_done answered);

    // For the test.
    /// False when an action is being done already.
    bool run_due_actions();
    void report(std::string problem);
    [[nodiscard]] std::string describe() const;

    const std::uint64_t seed;
    std::mt19937_64 random;
    sim_clock clock;
    descriptor_table descriptors;
    child_table children;
    chaos_source chaos{random, clock};
    sim_network network{clock, random, chaos};
    const std::shared_ptr<datagram_network> datagrams =
        std::make_shared<datagram_network>(clock, random, chaos, network);
    fault_plan plan{random};
    class faults faults {
        plan
    };
    call_log log;
    wake_table wakes;
    name_table names;
    sim_epoll::injected_events injected;
    std::vector<std::shared_ptr<description>> kept_alive;
    /// Takes a descriptor's number out of every kqueue.
    void forget_notes(int fd);

    std::array<nanoseconds, call_count> costs{};
    nanoseconds granularity{1};
    int process_id = 4242;
    bool shuffled = false;
    bool interrupted = false;
    bool other_threads = false;
    /// Filters that this system's kqueue has; OpenBSD's has no user, FreeBSD's no urgent.
    bool knows_user = true;
    bool knows_urgent = true;

    std::vector<std::string> problems;
    unique_function<void(std::string_view)> problem_hook;
    bool stuck = false;
    std::uint64_t wait_limit = 10'000'000;

private:
    [[nodiscard]] std::string how_to_replay() const;
    fault_outcome begin(call which, int fd, std::size_t size);
    template <class Scan>
    result wait(system::wait_limit limit, Scan&& scan);
    std::optional<result> before_wait();
    result wait_for_ever();
    [[nodiscard]] nanoseconds rounded(nanoseconds limit) const noexcept;
    /// Gives how many answers it filled in.
    result make_changes(int set, sim_kqueue& kqueue, std::span<const system::kqueue_event> changes,
                        std::span<system::kqueue_event> answers);
    std::int64_t scan_poll(std::span<pollfd> entries);
    /// Calls the function with the socket, of whichever kind; else EBADF, ENOTSOCK.
    template <class F>
    result with_socket(int fd, F&& function);
    /// The same for streams; EOPNOTSUPP for datagrams.
    template <class F>
    result with_stream(int fd, F&& function);
    /// The same for datagrams; EOPNOTSUPP for streams.
    template <class F>
    result with_datagrams(int fd, F&& function);
    result blocked(const description& socket, result given);
    static result send_on(const std::shared_ptr<sim_socket>& socket, std::string_view bytes) {
        return socket->send(bytes);
    }
    result send_on(const std::shared_ptr<datagram_socket>& socket, std::string_view bytes) {
        return datagrams->send(socket, bytes);
    }
    sim_network& network_of(const sim_socket&) noexcept { return network; }
    datagram_network& network_of(const datagram_socket&) noexcept { return *datagrams; }

    std::vector<std::weak_ptr<sim_kqueue>> kqueues_;
    bool acting_ = false;
    std::uint64_t waits_ = 0;
    std::uint64_t stuck_waits_ = 0;
    kernel* outer_;
    const int exceptions_ = std::uncaught_exceptions(); ///< When the world was made.
};

} // namespace reactor::sim::detail
