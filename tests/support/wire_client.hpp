#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "support/wait_until.hpp"

namespace support {

/// `bytes` in quotes, with escapes for all that does not print; the middle of long ones is left
/// out.
std::string quoted(std::string_view bytes);

/// A client that speaks raw bytes with a server, on one thread, and never waits for ever.
///
/// Every call that waits does so for at most `patience` and then throws `failure`, which says what
/// was expected and what was seen last.  Received bytes are taken in the order in which they came:
/// what one call has compared or returned, the next does not see.  TCP_NODELAY is set.
class wire_client {
public:
    struct options {
        /// SO_RCVBUF in bytes, set before connecting; 0 leaves the system's.
        int receive_buffer = 0;
    };

    /// Connects to `endpoint`: `127.0.0.1:6666`, `[::1]:6666` or `unix:/path`.
    explicit wire_client(const std::string& endpoint, std::string label = "client");
    wire_client(const std::string& endpoint, std::string label, options chosen);
    wire_client(wire_client&& other) noexcept;
    wire_client& operator=(wire_client&& other) noexcept;
    ~wire_client();

    /// Connects, takes the greeting and logs in; what the room says from then on is left to be
    /// read.
    static wire_client logged_in(const std::string& endpoint, const std::string& name,
                                 source_line at = source_line::here());
    static wire_client logged_in(const std::string& endpoint, const std::string& name,
                                 options chosen, source_line at = source_line::here());
    /// Whether a server takes connections there.
    static bool can_connect(const std::string& endpoint);

    /// Sends all of `bytes`.
    void send(std::string_view bytes, source_line at = source_line::here());
    /// The same with one system call for each byte.
    void send_bytewise(std::string_view bytes, source_line at = source_line::here());
    /// Sends what the kernel takes at once.
    /// @return the number of bytes taken; 0 also when the connection has ended.
    std::size_t send_some(std::string_view bytes);
    /// Whether the kernel takes more bytes within `limit`.
    bool writable_within(std::chrono::milliseconds limit) const;

    /// The next bytes are exactly `bytes`.
    void expect(std::string_view bytes, source_line at = source_line::here());
    /// The next read, made with room for much more, gives exactly `bytes`.
    void expect_segment(std::string_view bytes, source_line at = source_line::here());
    /// The server sends nothing more and ends the connection in good order.
    void expect_eof(source_line at = source_line::here());
    /// The server sends nothing more and ends the connection, be it by a reset.
    void expect_closed(source_line at = source_line::here());

    /// Everything up to the end of the next `mark`, which is included.
    std::string read_until(std::string_view mark, source_line at = source_line::here());
    /// The next `count` lines with their ends.
    std::string read_lines(std::size_t count, source_line at = source_line::here());
    /// Everything until the connection ends in good order.
    std::string read_to_eof(source_line at = source_line::here());
    /// Everything until the connection ends, be it by a reset.
    std::string read_to_close(source_line at = source_line::here());
    /// What one read gives, waiting for it; empty at the end.
    std::string read_segment(source_line at = source_line::here());
    /// What has arrived by now, without waiting.
    std::string read_available();
    /// Whether the end of the connection has been seen; read_available() looks for it.
    bool has_ended() const noexcept { return ended_; }

    /// Sends a word that no server knows and returns what came before its answer.
    std::string read_to_fence(source_line at = source_line::here());
    /// Shows that nothing has come that was not asked for: read_to_fence() gives nothing.
    void fence(source_line at = source_line::here());

    /// Says that no more bytes will be sent; reading goes on.
    void half_close();
    /// Ends the connection with a reset, by SO_LINGER 0.
    void reset();
    /// Ends the connection as close() does: in good order if everything was read, else by a reset.
    void close();

    const std::string& label() const noexcept { return label_; }
    int descriptor() const noexcept { return descriptor_; }

private:
    bool receive(test_clock::time_point deadline);
    bool receive_now();
    void need(std::size_t size, std::string_view expected, source_line at);
    void read_all(source_line at);
    std::string take(std::size_t size);
    [[noreturn]] void fail(source_line at, const std::string& expected) const;

    int descriptor_ = -1;
    std::string label_;
    std::string received_;
    bool ended_ = false;
    int end_error_ = 0;
};

/// Logs `count` clients in, one after the other, as PREFIX0, PREFIX1 ...
std::vector<wire_client> log_in_many(const std::string& endpoint, const std::string& prefix,
                                     std::size_t count, source_line at = source_line::here());

/// Lets every client read what has been said so far.
void settle(std::vector<wire_client>& clients, source_line at = source_line::here());

} // namespace support
