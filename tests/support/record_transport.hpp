#pragma once

#include <reactor/dispatcher.hpp>
#include <reactor/transport.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <sys/uio.h>

namespace support {

/// A transport with all that makes TLS hard, and no secrets: every byte is changed on its way, by a
/// key that goes on from byte to byte; bytes travel in records, of which only whole ones can be
/// read (so one may wait inside, and one may be half received); both sides greet each other first;
/// after every few records read, one must be *written* before the next is handed over; and the end
/// is told by a record, without which the end of the socket is an error.
class record_transport : public reactor::transport {
public:
    [[nodiscard]] reactor::io_result start(int fd) noexcept override;
    [[nodiscard]] reactor::io_result recv_some(std::span<char> buffer) noexcept override;
    [[nodiscard]] reactor::io_result send_some(std::span<const iovec> pieces) noexcept override;
    [[nodiscard]] reactor::io_result shutdown_some() noexcept override;

    /// Bytes on their way to the socket.
    [[nodiscard]] std::size_t owed() const noexcept { return out_.size(); }
    /// Calls that could not go on before the socket took output, though they were to receive.
    [[nodiscard]] int writes_to_read() const noexcept { return writes_to_read_; }

private:
    enum class kind : char { greeting = 'g', data = 'd', receipt = 'r', end = 'e' };

    void append_record(kind what, std::string_view payload);
    [[nodiscard]] reactor::io_result write_out() noexcept;
    [[nodiscard]] reactor::io_result read_in() noexcept;
    [[nodiscard]] bool has_record() const noexcept;
    kind take_record();
    [[nodiscard]] reactor::io_result hand_over(std::span<char> buffer) noexcept;

    int fd_ = -1;
    std::string out_;   // encoded, on its way to the socket
    std::string in_;    // encoded, from the socket
    std::string plain_; // decoded, on its way to the channel
    std::uint8_t out_key_ = 17;
    std::uint8_t in_key_ = 17;
    int until_receipt_ = 1;
    int writes_to_read_ = 0;
    bool greeted_ = false;
    bool receipt_due_ = false;
    bool end_said_ = false;
    bool end_heard_ = false;

    static constexpr int records_per_receipt = 64;
};

/// Whether the tests' channels and peers are to speak in records (REACTOR_TEST_TRANSPORT=records).
[[nodiscard]] bool records_wanted();

/// What both ends put between themselves and the socket: null unless records are wanted.
[[nodiscard]] std::unique_ptr<reactor::transport> wanted_transport();

/// Gives `channel` that, if any.
void put_wanted_transport(reactor::dispatcher& channel);

} // namespace support
