#pragma once

#include <reactor/endpoint.hpp>
#include <reactor/export.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace reactor::sim {

class world;

namespace detail {
class datagram_network;
class datagram_socket;
} // namespace detail

/// A socket of datagrams, UDP or UNIX, held by the test; it has no descriptor.
///
/// What is sent to it is taken at once and kept for `received()`, unless it stops reading: then
/// datagrams wait in its buffer, up to `world::set_receive_capacity` (UDP; more are dropped) or
/// until there are 11 (UNIX; senders wait).  Destroying it closes it, and its address is nobody's.
class REACTOR_EXPORT datagram_peer {
public:
    /// A datagram that it got.
    struct message {
        std::string bytes; ///< Maybe none.
        endpoint from;     ///< No address: a UNIX socket without a name.

        /// The same in both.
        friend bool operator==(const message&, const message&) = default;
    };

    /// No socket: sends nothing, has received nothing.
    datagram_peer() noexcept = default;
    /// Takes the socket over; the other has none afterwards.
    datagram_peer(datagram_peer&& other) noexcept = default;
    /// The same; the socket held before is closed.
    datagram_peer& operator=(datagram_peer&& other) noexcept;
    /// Closes, as `close` does.
    ~datagram_peer();

    /// Sends one datagram.  False when it was refused: `error()` says why.
    bool send_to(std::string_view bytes, const endpoint& to);
    /// From now on `send` goes there, and nobody else's datagrams are taken.
    bool connect(const endpoint& to);
    /// Sends one datagram to where `connect` said.
    bool send(std::string_view bytes);

    /// All that it got since the last `take`, in the order of arrival.
    [[nodiscard]] const std::vector<message>& received() const noexcept;
    /// Gives `received()` away and starts it anew.
    std::vector<message> take();
    /// From now on, what comes stays in the buffer.
    void stop_reading() noexcept;
    /// Takes what lies in the buffer and reads on.
    void resume_reading();
    /// Datagrams for which there was no room.
    [[nodiscard]] std::size_t dropped() const noexcept;

    /// Where it is, as the program sees it.
    [[nodiscard]] endpoint address() const;
    /// The errno of the last call that failed: ECONNREFUSED (nobody was there, told to a connected
    /// socket by its next call), ENOENT, EAGAIN, EMSGSIZE, …; 0 when none has.
    [[nodiscard]] int error() const noexcept { return error_; }
    /// It is gone: what is sent there from now on is refused.
    void close();

private:
    friend class world;
    datagram_peer(std::shared_ptr<detail::datagram_socket> socket,
                  std::weak_ptr<detail::datagram_network> network) noexcept;
    template <class Call>
    bool tried(Call call);

    std::shared_ptr<detail::datagram_socket> socket_;
    std::weak_ptr<detail::datagram_network> network_; // gone with the world
    int error_ = 0;
};

} // namespace reactor::sim
