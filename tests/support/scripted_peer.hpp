#pragma once

#include <reactor/endpoint.hpp>
#include <reactor/unique_fd.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace support {

/// The other end of a channel under test: a bare socket that does what it is told and never blocks.
///
/// What the kernel does not take at once waits until `pump`, which `loop_fixture::run_until` calls
/// between two iterations; an ending that was asked for meanwhile comes after it.
class scripted_peer {
public:
    explicit scripted_peer(reactor::unique_fd connected);
    /// Connects to a listener; the connection need not have been accepted.
    explicit scripted_peer(const reactor::endpoint& address);

    void send(std::string_view data);
    /// One send call, and one pump, for each byte.
    void send_byte_by_byte(std::string_view data);
    /// One urgent byte (TCP).
    void send_urgent(char byte);

    /// Ends our side; the other goes on.
    void half_close();
    void close();
    /// Ends the connection with a reset (TCP); on a UNIX socket with a close.
    void reset();

    /// What arrives stays in the kernel, until `read_again`.
    void never_read() noexcept { reading_ = false; }
    void read_again() noexcept { reading_ = true; }

    /// All that arrived so far, and what each receive call gave of it.
    const std::string& received() const noexcept { return received_; }
    const std::vector<std::string>& pieces() const noexcept { return pieces_; }
    /// The channel ended its side cleanly.
    bool ended() const noexcept { return ended_; }
    /// Why receiving or sending failed, or 0.
    int error() const noexcept { return error_; }
    bool all_sent() const noexcept { return outbox_.size() == sent_; }
    bool is_open() const noexcept { return static_cast<bool>(fd_); }
    int fd() const noexcept { return fd_.get(); }

    /// Sends what is left and takes what is there.
    void pump();

private:
    enum class ending { none, half_close, close, reset };

    void send_some();
    void receive_all();
    void finish(ending how);

    reactor::unique_fd fd_;
    std::string outbox_;
    std::size_t sent_ = 0;
    std::size_t bytewise_from_ = std::string::npos; ///< from here on one byte a pump
    ending wanted_ = ending::none;
    bool reading_ = true;
    bool ended_ = false;
    int error_ = 0;
    std::string received_;
    std::vector<std::string> pieces_;
};

} // namespace support
