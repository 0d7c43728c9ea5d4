#pragma once

#include <reactor/endpoint.hpp>
#include <reactor/export.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reactor::sim {

class world;

namespace detail {
class sim_socket;
} // namespace detail

/// The far end of a connection, held by the test; it has no descriptor.
///
/// What the program sends is taken at once and kept for `received()`, unless the peer stops
/// reading: then it fills the buffers between the two.  Destroying a peer closes it.
class REACTOR_EXPORT peer {
public:
    /// Connected to nothing.
    peer() noexcept = default;
    /// Takes the connection over; the other is connected to nothing afterwards.
    peer(peer&& other) noexcept = default;
    /// The same; the connection held before is closed.
    peer& operator=(peer&& other) noexcept;
    /// Closes, as `close` does.
    ~peer();

    /// Sends everything: what the program's receive buffer does not take waits here until there is
    /// room. False when this end can no longer send.
    bool send(std::string_view bytes);
    /// Sends one urgent byte (MSG_OOB).
    bool send_urgent(char byte);
    /// Bytes sent that the program's system has not taken yet.
    [[nodiscard]] std::size_t unsent() const noexcept;

    /// All that the program sent and this end took, since the last `take`.
    [[nodiscard]] const std::string& received() const noexcept;
    /// Gives `received()` away and starts it anew.
    std::string take();
    /// `received()` in the pieces in which it came: while this end reads, one for each send of the
    /// program.
    [[nodiscard]] std::vector<std::string> segments() const;

    /// From now on, what the program sends stays in the receive buffer.
    void stop_reading() noexcept;
    /// Takes what lies in the receive buffer and reads on.
    void resume_reading();
    /// Takes at most `limit` bytes out of the receive buffer while reading is stopped; gives how
    /// many.
    std::size_t read_some(std::size_t limit);
    /// Bytes in the receive buffer.
    [[nodiscard]] std::size_t unread() const noexcept;

    /// Ends this direction: the program reads the end after the last byte.
    void half_close();
    /// Closes as a process does: a reset when something was left unread, else a clean end.
    void close();
    /// Resets the connection (a close with SO_LINGER 0).
    void reset();

    /// This end was opened and not closed here.
    [[nodiscard]] bool is_open() const noexcept;
    /// The connection stands, maybe half-closed.
    [[nodiscard]] bool connected() const noexcept;
    /// The connection is still being made: the listener's backlog is full, or it takes its time.
    [[nodiscard]] bool connecting() const noexcept;
    /// The program ended its direction and all before that was taken.
    [[nodiscard]] bool ended() const noexcept;
    /// The program, or its closing, reset the connection.
    [[nodiscard]] bool was_reset() const noexcept;
    /// The errno that ended or prevented the connection (ECONNREFUSED, ECONNRESET, …), or 0.
    [[nodiscard]] int error() const noexcept;

    /// Where this end is, as the program sees its peer.
    [[nodiscard]] endpoint local_address() const;
    /// Where the program's end is.
    [[nodiscard]] endpoint remote_address() const;

private:
    friend class peer_listener;
    friend class world;
    explicit peer(std::shared_ptr<detail::sim_socket> socket) noexcept;

    std::shared_ptr<detail::sim_socket> socket_;
};

/// A listener held by the test, for the program to connect to.  Connections are made as they are
/// asked for, whether or not they are accepted here yet.  Destroying it closes it.
class REACTOR_EXPORT peer_listener {
public:
    /// Listens nowhere.
    peer_listener() noexcept = default;
    /// Takes the listener over; the other listens nowhere afterwards.
    peer_listener(peer_listener&& other) noexcept = default;
    /// The same; the listener held before is closed.
    peer_listener& operator=(peer_listener&& other) noexcept;
    /// Closes, as `close` does.
    ~peer_listener();

    /// Where it listens, with the real port.
    [[nodiscard]] endpoint address() const;
    /// The connection that has waited longest, if any.
    std::optional<peer> accept();
    /// Stops listening; connections not accepted are reset.
    void close();

private:
    friend class world;
    explicit peer_listener(std::shared_ptr<detail::sim_socket> socket) noexcept;

    std::shared_ptr<detail::sim_socket> socket_;
};

/// Two ends of one connection.  Keep both: `other` closes when it is destroyed.
struct connected_pair {
    int fd = -1; ///< The program's end.
    peer other;  ///< The test's end.
};

} // namespace reactor::sim
