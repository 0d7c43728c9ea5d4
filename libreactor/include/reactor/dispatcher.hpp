#pragma once

#include <reactor/channel_ref.hpp>
#include <reactor/endpoint.hpp>
#include <reactor/export.hpp>
#include <reactor/fwd.hpp>
#include <reactor/host_port.hpp>
#include <reactor/io_result.hpp>
#include <reactor/unique_fd.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <system_error>

namespace reactor {

/// A connection that `accept` took: its descriptor and the peer's address.
struct accepted {
    unique_fd fd;  ///< Non-blocking and close-on-exec.
    endpoint peer; ///< Without address when the peer has none.
};

/// One descriptor with predicates and handlers: asyncore's dispatcher.
///
/// Lives where you like (stack, member, `unique_ptr`, or owned by the loop through `loop::spawn`)
/// and may be closed or destroyed at any time on the loop's thread, also inside its own or another
/// channel's handlers. Handlers are called by the loop only, never inside a call that you make:
/// `close`, `connect`, `push` and the rest queue, mark and return.  What escapes a handler goes to
/// `handle_error`.  All members belong to the loop's thread.  When the loop was destroyed first,
/// calls fail with `not_connected`.
class REACTOR_EXPORT dispatcher {
public:
    /// A channel without a descriptor: `create_socket` or `set_socket` gives it one.
    explicit dispatcher(loop& owner);
    /// A channel over a connected stream socket, which it makes non-blocking.
    dispatcher(loop& owner, unique_fd connected);
    /// Closes without a call of `handle_close`; output that is pending is dropped.
    virtual ~dispatcher();
    dispatcher(const dispatcher&) = delete;
    dispatcher& operator=(const dispatcher&) = delete;

    // --- set-up; each in a throwing form (std::system_error) and one with an error code ---

    /// Opens a non-blocking, close-on-exec socket; TCP ones get TCP_NODELAY.  The kernel is asked
    /// about a stream only after `connect` or `listen`, about a socket of datagrams (SOCK_DGRAM)
    /// from now on.  Fails with errc::already_open.
    void create_socket(int family, int type = SOCK_STREAM);
    /// As above, the error in `ec`.
    void create_socket(int family, int type, std::error_code& ec) noexcept;
    /// Takes over a connected stream socket.  On failure `connected` is closed, but with
    /// errc::already_watched: another open channel of the loop has that descriptor, and keeps it.
    void set_socket(unique_fd connected);
    /// As above, the error in `ec`.
    void set_socket(unique_fd connected, std::error_code& ec) noexcept;
    /// Takes over a socket of datagrams (SOCK_DGRAM or SOCK_RAW), bound and connected or not, as it
    /// is but for being made non-blocking.  Refuses what is no socket (`not_a_socket`) and other
    /// kinds (`wrong_protocol_type`), and closes it.
    void set_datagram_socket(unique_fd socket);
    /// As above, the error in `ec`.
    void set_datagram_socket(unique_fd socket, std::error_code& ec) noexcept;
    /// Takes over a pipe, a FIFO, a terminal, a character device or a regular file, for any kind of
    /// channel: an `async_chat` then takes lines from it.  It is read and written by read(2) and
    /// write(2).  Writing to a pipe that nobody reads any more is an error (`broken_pipe`) and
    /// never SIGPIPE; what can only be written to has no input (`input_ended()`); a terminal that
    /// hung up has come to its end.  What the poller does not watch, regular files above all,
    /// counts as ready whenever something is wanted of it; reading a file from a slow disk stops
    /// the loop.
    ///
    /// The descriptor is made non-blocking, and is given that flag's former state back when the
    /// channel closes, detaches it or is destroyed: others may have the same file open (a shell its
    /// terminal) and share the flag.  A process that is killed gives nothing back.  On failure
    /// `file` is closed, but with errc::already_watched as `set_socket`.
    void set_file(unique_fd file);
    /// As above, the error in `ec`.
    void set_file(unique_fd file, std::error_code& ec) noexcept;
    /// Lets `bind` take an address whose last connections are not quite gone (SO_REUSEADDR).
    void set_reuse_addr();
    /// As above, the error in `ec`.
    void set_reuse_addr(std::error_code& ec) noexcept;
    /// Lets several listeners, of one process or of several, each bind the same TCP port, and the
    /// system share its connections out among them: each loop accepts its own.  Before `bind`, on
    /// every one of them.  SO_REUSEPORT on Linux, SO_REUSEPORT_LB on FreeBSD;
    /// `operation_not_supported` where the system has no option that balances: there one listener
    /// hands its connections on.  Any process of the same user may join in, and take its share.
    void set_reuse_port();
    /// As above, the error in `ec`.
    void set_reuse_port(std::error_code& ec) noexcept;
    /// Gives the socket its own address; port 0 picks a free one.
    void bind(const endpoint& address);
    /// As above, the error in `ec`.
    void bind(const endpoint& address, std::error_code& ec) noexcept;
    /// Starts listening: `handle_accept` tells of connections.  `backlog` is how many may wait
    /// for it; the system caps it.
    void listen(int backlog = SOMAXCONN);
    /// As above, the error in `ec`.
    void listen(int backlog, std::error_code& ec) noexcept;
    /// Takes over a listening stream socket that somebody else bound (`inherited_descriptors`, a
    /// parent, a test) as it is: nothing is bound anew, and its options stay but for being made
    /// non-blocking.  Refuses what is no socket (`not_a_socket`), no stream
    /// (`wrong_protocol_type`) or does not listen (errc::not_listening), and closes it; but
    /// errc::already_watched as `set_socket`.
    void set_listener(unique_fd listening);
    /// As above, the error in `ec`.
    void set_listener(unique_fd listening, std::error_code& ec) noexcept;
    /// What a server does, in one call: create_socket, set_reuse_addr, bind and listen, up to the
    /// first failure; what was done by then stays done.
    void listen_on(const endpoint& address);
    /// As above, the error in `ec`.
    void listen_on(const endpoint& address, std::error_code& ec) noexcept;
    /// Starts connecting; `handle_connect` tells of success, also of an immediate one,
    /// `handle_close(ec)` of failure.  Not connected after `timeout` (0: no limit;
    /// negative, as when no time is left: std::errc::invalid_argument): `handle_close(timed_out)`.
    /// Errors known at once are reported here and leave the socket open but not connecting.
    ///
    /// Of a channel of datagrams: `send` goes to `address` from now on, `recv` takes nothing from
    /// anyone else.  May be repeated with another address.  No failure comes later (nobody is
    /// asked), so `timeout` means nothing; `handle_connect` comes all the same.
    void connect(const endpoint& address, std::chrono::nanoseconds timeout = {});
    /// As above, the error in `ec`.
    void connect(const endpoint& address, std::chrono::nanoseconds timeout,
                 std::error_code& ec) noexcept;
    /// Connects to a host by name or address: looks it up off the loop's thread (`resolve`) and
    /// tries its addresses as RFC 8305 ("Happy Eyeballs") has it: IPv6 and IPv4 in turn, beginning
    /// with the first one found, the next one 250 ms after the last began or as soon as one fails;
    /// the first connection is kept, the other attempts are closed.
    ///
    /// Takes a channel without a descriptor (errc::already_open else): it is open and connecting
    /// from now on, and has a descriptor (with TCP_NODELAY) from `handle_connect` on; until then
    /// `fileno()` is -1, options cannot be set, and what is pushed waits.  All outcomes are told by
    /// the loop, once: `handle_connect`, or `handle_close` with `timed_out` when `timeout` (0: no
    /// limit) passed before the connection was there, with the look-up's error (`lookup_category`),
    /// or with the last attempt's, one that tells of the server before one that tells of this
    /// machine (no IPv6, no route).  `close` and destruction cancel everything at any moment.
    /// asyncore looked the name up inside `connect`, stood still, and tried one address.
    void connect(const host_port& target, std::chrono::nanoseconds timeout = {});
    /// As above, the error in `ec`.
    void connect(const host_port& target, std::chrono::nanoseconds timeout,
                 std::error_code& ec) noexcept;

    /// Puts a layer between this channel and its stream socket, TLS for one; see `transport`.
    /// Before or while it connects, or on a connection that stands: in the constructor of a channel
    /// that was accepted, or later, after what was said in clear (STARTTLS): then input that is
    /// held is dropped, and does not pass for what the layer carried.
    ///
    /// The channel is `connecting()` until the layer has started, what is pushed waits, and then
    /// comes `handle_connect`.  The time-out of `connect` covers both; on a connection that stood
    /// before, a deadline that you set goes on.  Fails with errc::not_open,
    /// `device_or_resource_busy` (there is a layer already, or output is pending: what it would
    /// begin with was said in clear), `operation_not_supported` (no stream, a listener, a channel
    /// that is ending).
    void set_transport(std::unique_ptr<transport> layer);
    /// As above, the error in `ec`.
    void set_transport(std::unique_ptr<transport> layer, std::error_code& ec) noexcept;

    // --- traffic ---

    /// Takes one pending connection.  Empty with an empty `ec`: none is there now; with
    /// `connection_aborted`: that peer is gone again, there may be others.  Other errors are
    /// limits.
    [[nodiscard]] std::optional<accepted> accept(std::error_code& ec) noexcept;
    /// One receive.  `n == 0` with no error is the end of input (`handle_eof` follows, from the
    /// loop); an error other than would_block closes the channel (`handle_close(ec)` follows).
    io_result recv(std::span<char> buffer) noexcept;
    /// Receives the urgent byte that `handle_expt` told of.
    io_result recv_oob(std::span<char> buffer) noexcept;
    /// One send, unbuffered.  An error other than would_block closes the channel.  After
    /// `shutdown_write`: `broken_pipe`, and nothing is closed.
    io_result send(std::string_view data) noexcept;
    /// The loop's receive buffer: valid until the handler returns, overwritten by the next channel.
    [[nodiscard]] std::span<char> receive_buffer() const noexcept;

    // --- datagrams: after create_socket(family, SOCK_DGRAM) or set_datagram_socket ---
    //
    // Each call moves whole messages.  There is no end of input: one of no bytes is a message.  No
    // error closes the channel: the one reported may concern a message sent before
    // (connection_refused: nobody was there), and the next call may succeed.  `recv` and `send`
    // work likewise on such a channel, with the peer that it is connected to.  On streams all of
    // these fail with `wrong_protocol_type`.

    /// Receives one datagram and who sent it (no address: a UNIX socket without a name).  One that
    /// is longer than `buffer` loses its end: `n == buffer.size()` and `message_size`.  Would block
    /// when none is there, and when this handler has taken `loop_options::message_budget` of them:
    /// return then, the loop calls again after the others had their turn.
    io_result recv_from(std::span<char> buffer, endpoint& from) noexcept;
    /// Sends one datagram, unbuffered.  Would block when a buffer is full: `writable()` and
    /// `handle_write` tell of room (of the receiver's buffer, which counts among UNIX sockets, only
    /// to a channel connected to it: others try again by a timer, as `writable()` would spin).  Too
    /// long for its kind of network: `message_size`.
    io_result send_to(std::string_view data, const endpoint& to) noexcept;
    /// Receives what is there into the batch, whatever it held before, up to its capacity and the
    /// budget of `recv_from`.  `n` counts datagrams.  Would block when there are none.
    io_result recv_batch(datagram_batch& batch) noexcept;
    /// Sends what the batch holds, in order; `n` counts datagrams.  What does not go for want of
    /// room (would block) stays in the batch.  So does what follows one that fails: that one is
    /// dropped, `ec` is its error, and another call goes on behind it.
    io_result send_batch(datagram_batch& batch) noexcept;

    // --- end of life ---

    /// Gives the descriptor up at once and makes every `channel_ref` stale; pending output is
    /// dropped. `handle_close(reason)` comes in this iteration's close step, exactly once, then the
    /// channel may be opened again.  Nothing happens on one that is not open.
    void close(std::error_code reason = {}) noexcept;
    /// Sends what is pending, shuts the sending side down, discards input until the peer's end (at
    /// most 64 KiB or 2 s, so that no reset cuts our last bytes off) and closes.  Nothing can be
    /// sent any more.  A channel of datagrams closes in the next flush step: nobody waits for its
    /// end.
    void close_when_done() noexcept;
    /// Sends what is pending, then ends the sending side (SHUT_WR) while input goes on: "that was
    /// my request".  Nothing can be sent any more.  A channel both of whose sides have ended closes
    /// by itself, after `handle_eof`.  Nothing happens on one that is neither connected nor
    /// connecting.
    void shutdown_write() noexcept;
    /// Takes the descriptor out of the channel, open, without any callback; pending output is
    /// dropped, and so is what was received and not handed over.  A channel that the loop owns is
    /// destroyed at the end of the iteration.
    [[nodiscard]] unique_fd detach() noexcept;

    // --- interest ---

    /// Input stays in the kernel (and what was received already in the channel) until
    /// `resume_reading`. Takes effect at once, also between two messages of one receive.
    void pause_reading() noexcept;
    /// Ends a pause: what was held comes in the held-input step, the rest from the kernel.
    void resume_reading() noexcept;
    /// Between the two.
    [[nodiscard]] bool reading_paused() const noexcept;
    /// Says that `readable()` or `writable()` may answer otherwise than before.  The loop asks
    /// channels that were just dispatched or touched through this class by itself.
    void interest_changed() noexcept;
    /// For predicates that depend on something outside the channel: asked in every iteration (a
    /// short list).
    void ask_every_iteration(bool on) noexcept;

    /// `handle_timeout` comes `after` from now (negative: 0, the next timer step) unless the
    /// deadline is set anew or cleared.  Costs a store.
    void set_deadline(std::chrono::nanoseconds after) noexcept;
    /// There is no deadline any more.
    void clear_deadline() noexcept;

    // --- state ---

    /// There is a descriptor.
    [[nodiscard]] bool is_open() const noexcept;
    /// It is one end of a connection that stands (asyncore: `connected`).  Of datagrams: it has a
    /// peer of its own; it needs none.
    [[nodiscard]] bool connected() const noexcept;
    /// A `connect` is under way.
    [[nodiscard]] bool connecting() const noexcept;
    /// It listens.
    [[nodiscard]] bool accepting() const noexcept;
    /// `close_when_done` was called and has not finished.
    [[nodiscard]] bool closing() const noexcept;
    /// `shutdown_write` or `close_when_done` has ended our sending side.
    [[nodiscard]] bool output_ended() const noexcept;
    /// The peer's end of input was seen.
    [[nodiscard]] bool input_ended() const noexcept;
    /// -1 when not open.
    [[nodiscard]] int fileno() const noexcept;
    /// No address when not open or unnamed.
    [[nodiscard]] endpoint local_address() const noexcept;
    /// The peer's; no address when not connected, or when the peer has none.
    [[nodiscard]] endpoint remote_address() const noexcept;
    /// The weak reference to this channel as it is open now; refers to nothing when it is not.
    [[nodiscard]] channel_ref ref() const noexcept;
    /// False once the loop was destroyed.
    [[nodiscard]] bool attached() const noexcept { return core_ != nullptr; }
    /// Throws std::system_error(not_connected) once the loop was destroyed.
    [[nodiscard]] loop& owner() const;

    /// What log, audit and errors call this class; override it with a string that lives for ever.
    [[nodiscard]] virtual const char* class_name() const noexcept { return "dispatcher"; }
    /// Writes `message` to standard error as `type: message`; `type` is `info`, `warning` or
    /// `error`.
    virtual void log_info(std::string_view message, std::string_view type = "info");
    /// `log_info(message, "log")`: asyncore's line `log: message`, the same whatever the type of
    /// others.
    void log(std::string_view message) { log_info(message, "log"); }

protected:
    /// Whether input is wanted.  No side effects; depends on the channel's own state only (else
    /// `ask_every_iteration`).  Default: true.
    [[nodiscard]] virtual bool readable() const noexcept { return true; }
    /// Whether `handle_write` is wanted when the kernel has room.  Default: false (asyncore's true
    /// spins).
    [[nodiscard]] virtual bool writable() const noexcept { return false; }

    /// Input (or the peer's end) is there: call `recv` (of datagrams: or its kin).  Default: logs
    /// once a channel and discards it.
    virtual void handle_read();
    /// There is room for output.  Default: nothing.
    virtual void handle_write();
    /// Urgent data is there.  Default: takes and drops it.
    virtual void handle_expt();
    /// A `connect` succeeded; `connected()` is true.  Default: nothing.
    virtual void handle_connect();
    /// Connections are pending.  Default: accepts at most `loop_options::accept_budget` and hands
    /// each to `handle_accepted`; outlives every error: at a limit it calls `handle_accept_error`
    /// and rests.
    virtual void handle_accept();
    /// What it throws goes to `loop::on_error`, and the listener goes on.  Default: logs and closes
    /// `fd`.
    virtual void handle_accepted(unique_fd fd, const endpoint& peer);
    /// A limit (descriptors, memory) stops accepting for a while.  Default: logs, once an episode.
    virtual void handle_accept_error(std::error_code ec);
    /// The peer has ended its side; all its bytes came before.  Once.  Default:
    /// `close_when_done()`.
    virtual void handle_eof();
    /// Tells the channel that it has ended.
    /// @param ec  empty after a clean end, else the cause: a socket error, a `reactor::errc` or
    /// what `close` got.
    /// When:   exactly once per channel that was open, in the close step, also after your own
    /// `close`.
    /// State:  the descriptor is gone, every channel_ref is stale.
    /// May:    destroy *this, open it again, spawn others.  Need not call the base.  Default:
    /// nothing.
    virtual void handle_close(std::error_code ec);
    /// An exception escaped another handler of this channel.  Default: logs it and closes with
    /// std::errc::interrupted.  What it throws itself closes the channel and is counted.
    virtual void handle_error(std::exception_ptr error);
    /// The deadline passed.  Default: `close(timed_out)`.
    virtual void handle_timeout();

private:
    friend class detail::loop_core;
    friend class detail::transport_layer;
    friend class subscription;
    friend class async_chat;
    friend class dispatcher_with_send;
    friend class file_dispatcher;

    // What async_chat adds to the loop's steps.
    virtual void flush_step();
    virtual void held_input_step();
    virtual void water_step() {}
    virtual void drop_buffers() noexcept {}
    virtual void drop_input() noexcept {}
    virtual void stop_following() noexcept {}
    [[nodiscard]] virtual std::chrono::nanoseconds progress_deadline() const noexcept;
    [[nodiscard]] virtual std::size_t pending_output() const noexcept { return 0; }

    /// Why this channel cannot be given a descriptor; empty when it can.
    [[nodiscard]] std::error_code why_not_open() const noexcept;
    /// Why it cannot be given this descriptor; one that another channel has is let go of.
    [[nodiscard]] std::error_code why_not_take(unique_fd& fd) const noexcept;
    [[nodiscard]] std::error_code why_no_transport() const noexcept;
    void end_output_step() noexcept;
    void start_lingering() noexcept;
    [[nodiscard]] bool accept_one();
    [[nodiscard]] const detail::slot* plain_stream(std::uint32_t otherwise) const noexcept;
    io_result recv_otherwise(std::span<char> buffer) noexcept;
    io_result recv_again(int error, std::span<char> buffer) noexcept;
    io_result send_otherwise(std::string_view data) noexcept;
    io_result send_again(int error, std::string_view data) noexcept;
    void received_nothing(const io_result& got, std::span<char> buffer) noexcept;
    void sent_nothing(std::error_code ec) noexcept;
    void end_stream(std::error_code ec) noexcept;
    /// Why datagrams cannot be moved here; empty when they can.
    [[nodiscard]] std::error_code why_no_datagrams() const noexcept;
    /// For open channels of datagrams.  `from` may be null.
    io_result receive_datagram(std::span<char> buffer, endpoint* from) noexcept;
    io_result send_datagram(std::string_view data, const endpoint& to) noexcept;

    detail::loop_core* core_;  // null once the loop is gone
    std::uint32_t index_;      // this object's slot, for life
    std::uint32_t generation_; // equal to the slot's while open, and only then
};

static_assert(sizeof(void*) != 8 || sizeof(dispatcher) == 24, "all other state lives in the slot");

} // namespace reactor
