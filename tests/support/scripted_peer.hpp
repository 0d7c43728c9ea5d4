#pragma once

#include <reactor/endpoint.hpp>
#include <reactor/io_result.hpp>
#include <reactor/transport.hpp>
#include <reactor/unique_fd.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace support {

/// The other end of a channel under test: a bare socket that does what it is told and never blocks.
///
/// It speaks in records when the channels do (`record_transport`).
/// What the kernel does not take at once waits until `pump`, which `loop_fixture::run_until` calls
/// between two iterations; an ending that was asked for meanwhile comes after it.
class scripted_peer {
public:
    explicit scripted_peer(reactor::unique_fd connected);
    /// One that speaks through `layer`, if that is not null.
    scripted_peer(reactor::unique_fd connected, std::unique_ptr<reactor::transport> layer);
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
    bool all_sent() const noexcept { return outbox_.size() == sent_ && !layer_owes_; }
    bool is_open() const noexcept { return static_cast<bool>(fd_); }
    int fd() const noexcept { return fd_.get(); }

    /// Sends what is left and takes what is there.
    void pump();

private:
    enum class ending { none, half_close, close, reset };

    bool start_layer();
    void send_some();
    reactor::io_result send_once(std::string_view data);
    void receive_all();
    reactor::io_result receive_once(std::span<char> buffer);
    void finish(ending how);
    bool say_end();

    reactor::unique_fd fd_;
    std::unique_ptr<reactor::transport> layer_; ///< null unless the tests speak in records
    bool layer_started_ = false;
    bool layer_owes_ = false;
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
