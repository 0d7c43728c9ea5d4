#pragma once

#include <reactor/endpoint.hpp>
#include <reactor/export.hpp>
#include <reactor/fwd.hpp>
#include <reactor/sim/call.hpp>
#include <reactor/sim/chaos.hpp>
#include <reactor/sim/datagram_peer.hpp>
#include <reactor/sim/faults.hpp>
#include <reactor/sim/file.hpp>
#include <reactor/sim/peer.hpp>
#include <reactor/unique_function.hpp>

#include <sys/socket.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace reactor::sim {

/// A system in memory: descriptors, sockets, epoll, poll and a clock that moves only when
/// the program waits.  Code linked with `reactor::sim` makes its system calls here.
///
/// Make one per test, before the loop.  It serves the thread that made it until it is destroyed;
/// other threads may only wake its loops (`post`, `stop`).  All is deterministic: what is random
/// comes from the seed.  Destroyed by an exception (a failed REQUIRE, say) it prints its seed.
///
///     reactor::sim::world world;
///     reactor::loop loop;
///     auto [fd, other] = world.connect_pair();
///     echo_channel channel(loop, fd);
///     world.after(10ms, [&] { other.send("hello\n"); });
///     loop.run_once({});
///     REQUIRE(other.received() == "hello\n");
///     REQUIRE(world.count(reactor::sim::call::send) == 1);
class REACTOR_EXPORT world {
public:
    /// The unit of all its times.
    using nanoseconds = std::chrono::nanoseconds;

    /// Becomes the system of the calling thread, with nothing open and a clock that stands.
    explicit world(std::uint64_t seed = default_seed());
    /// Ends this system; whatever is still open in it is gone with it.
    ~world();
    world(const world&) = delete;
    world& operator=(const world&) = delete;

    /// The number in the environment variable REACTOR_SIM_SEED, else 1.
    [[nodiscard]] static std::uint64_t default_seed();
    /// What a test that plays at random tries in turn: 1 to `count`, or REACTOR_SIM_SEED alone when
    /// it is set, to replay what failed.
    [[nodiscard]] static std::vector<std::uint64_t> seeds(std::size_t count);
    /// What all that is random here is drawn from.
    [[nodiscard]] std::uint64_t seed() const noexcept;
    /// The program's system calls really come here: false when the real system was linked in.
    [[nodiscard]] static bool is_linked();

    // Time.

    /// What the program's clock says.
    [[nodiscard]] nanoseconds now() const noexcept;
    /// Time since the world was made.
    [[nodiscard]] nanoseconds elapsed() const noexcept;
    /// Does `action` when `elapsed()` is `when`, in a wait of the program: a wait with nothing to
    /// report moves the clock to its own limit or the next action, whichever is earlier.  Actions
    /// for one moment keep their order.
    void at(nanoseconds when, unique_function<void()> action);
    /// Does `action` in a wait of the program, `delay` from now.
    void after(nanoseconds delay, unique_function<void()> action);
    /// Lets time pass while the program is busy: what was to happen meanwhile happens now.
    void advance(nanoseconds duration);
    /// Runs `loop` until so much time has passed.
    void run_for(loop& loop, nanoseconds duration);
    /// Runs `loop` until `holds` gives true, asked after each iteration; false when it has not by
    /// `limit` from now.
    [[nodiscard]] bool run_until(loop& loop, unique_function<bool()> holds,
                                 nanoseconds limit = std::chrono::minutes{10});
    /// Each call of this kind takes so long from now on.  Default: no time.
    void set_cost(call which, nanoseconds duration);
    /// The wait under way, or the next one, ends with EINTR; for use in actions, like a signal.
    void interrupt_wait() noexcept;
    /// Limits of waits are rounded up to this, as by a system without fine waits.  Default: 1 ns.
    void set_wait_granularity(nanoseconds granularity) noexcept;

    // Descriptors.

    /// The program's open descriptors, smallest first.
    [[nodiscard]] std::vector<int> open_descriptors() const;
    /// Whether the program has this descriptor open.
    [[nodiscard]] bool is_open(int fd) const noexcept;
    /// Descriptors are smaller than this (RLIMIT_NOFILE); more give EMFILE.  Default: 1024 * 1024.
    void set_descriptor_limit(int limit) noexcept;
    /// A second descriptor for the same open description (dup).
    int duplicate(int fd);
    /// What a forked child does to a descriptor: closed here, it is not gone, and epoll goes on
    /// reporting it.
    void keep_alive_elsewhere(int fd);
    /// The child is gone.
    void drop_kept_alive();
    /// A regular file, open for reading from its front and for writing at its end: epoll refuses it
    /// with EPERM, and poll finds it ready at all times.
    int make_file(std::string_view contents = {});
    /// What the program has written to a file of `make_file`.
    [[nodiscard]] std::string written_to(int fd) const;
    /// One end of a pipe, one side of a terminal, or a device, which blocks until the program says
    /// otherwise; throws std::system_error(EMFILE) at the limit.
    opened_file open_file(file_kind what);
    /// The answer to process_id(), to be in a forked child.
    void set_process_id(int id) noexcept;

    // Child processes.

    /// A child of the program that runs until `end_child`; gives its number.
    int start_child();
    /// The child ends with this status, as waitpid(2) gives it, and SIGCHLD is raised (really).
    void end_child(int pid, int status);

    // Connections.

    /// A connection between the program and the test; throws std::system_error(EMFILE) at the
    /// limit.
    /// @param family  AF_INET, AF_INET6 or AF_UNIX.
    connected_pair connect_pair(int family = AF_INET);
    /// Connects the test to a listener of the program; see `peer::error` and `peer::connecting`.
    /// @param to    the listener's address.
    /// @param from  where the peer seems to be; empty: the same host.
    peer connect(const endpoint& to, const endpoint& from = {});
    /// The same, to the listener with this descriptor.
    peer connect_to(int listener, const endpoint& from = {});
    /// A listener of the test; port 0 picks a free one.  Throws std::system_error(EADDRINUSE).
    peer_listener listen(const endpoint& address, int backlog = 128);
    /// A socket of datagrams of the test, bound to `at`: of UDP, where port 0 picks a free one, or
    /// UNIX.  Throws std::system_error(EADDRINUSE).
    datagram_peer datagram_socket(const endpoint& at = endpoint::loopback_v4(0));
    /// Connects to `address` are never answered from now on, and datagrams for it are lost.
    void black_hole(const endpoint& address);
    /// Connects to `address` fail with `error` (EHOSTUNREACH, say) instead of being looked for; so
    /// does sending datagrams of UDP there.
    void unreachable(const endpoint& address, int error);
    /// TCP connects are settled after this time.  Default: 0, settled (but not reported) inside the
    /// call.
    void set_connect_delay(nanoseconds delay) noexcept;
    /// TCP connects without delay report their outcome at once instead of EINPROGRESS.
    void set_immediate_connects(bool on) noexcept;
    /// Look-ups of `name` (`resolve`) give these addresses, each with the port asked for, `delay`
    /// after they began.  A world knows `localhost` ([::1], 127.0.0.1); other names do not exist.
    void set_name(std::string_view name, std::vector<endpoint> addresses, nanoseconds delay = {});
    /// Look-ups of `name` fail with `failure`, an EAI_* value.
    void fail_name(std::string_view name, int failure, nanoseconds delay = {});
    /// Look-ups of `name` are never answered.
    void silence_name(std::string_view name);
    /// Removes the file of a UNIX socket, which outlives the socket; false if there is none.
    bool unlink(std::string_view path);
    /// Bytes that sockets made from now on hold unsent or unread.  Defaults: 64 KiB.
    void set_send_capacity(std::size_t bytes) noexcept;
    /// The same for what was received and not read.
    void set_receive_capacity(std::size_t bytes) noexcept;
    /// A recv gives no bytes of two sends of a peer, so that the test says where input is cut.
    void set_keep_segments(bool on) noexcept;

    // Readiness.

    /// The next wait reports `events` (EPOLLIN …) for `fd` if it is watched, true or not.  A kqueue
    /// gives them by its filters: errors and hang-ups are an end in both directions.
    void inject_event(int fd, std::uint32_t events);
    /// Takes `fd` out of every epoll set and kqueue behind the program's back; to change it then
    /// gives ENOENT.
    void forget_watch(int fd);
    /// Events come in an order drawn from the seed.  Default: in the order in which they were first
    /// watched.
    void shuffle_events(bool on) noexcept;
    /// The wake descriptor can take no more signals until drained: readable, and wake_signal gives
    /// EAGAIN.
    void fill_wake(int fd);
    /// An endless wait with nothing scheduled waits for other threads' wake-ups, at most 10 s of
    /// real time.
    void expect_other_threads(bool on) noexcept;

    // What goes wrong.

    /// Chosen calls fail, or do less than they could.
    class faults& faults() noexcept;
    /// From now on every connection has the kind of day that `what` says; `chaos::none()` ends it.
    void set_chaos(const chaos& what) noexcept;

    // What happened.

    /// Calls so far, failed ones included.
    [[nodiscard]] std::uint64_t count(call which) const noexcept;
    /// Calls so far on a descriptor of this number (for epoll_ctl: the one watched).
    [[nodiscard]] std::uint64_t count(call which, int fd) const noexcept;
    /// Counts from zero again.
    void reset_counts() noexcept;
    /// The last calls as text, a line each, oldest first; 256 are kept.
    [[nodiscard]] std::string trace(std::size_t last = 256) const;
    /// Time, descriptors, what is watched and what is ready, as text.
    [[nodiscard]] std::string describe() const;

    /// Calls `report` with each problem as it is found: a wait that would last for ever (the wait
    /// gives EDEADLK), an action that threw, more waits than the limit.  Without it they go to
    /// standard error. For Catch2: `[](std::string_view text) { FAIL_CHECK(text); }`.
    void on_problem(unique_function<void(std::string_view)> report);
    /// All problems found so far, those reported to `on_problem` included.
    [[nodiscard]] const std::vector<std::string>& problems() const noexcept;
    /// A wait would have lasted for ever.
    [[nodiscard]] bool stuck() const noexcept;
    /// More waits than this are a problem: the program spins.  Default: 10 million.
    void set_wait_limit(std::uint64_t waits) noexcept;

private:
    std::unique_ptr<detail::kernel> kernel_;
};

} // namespace reactor::sim
