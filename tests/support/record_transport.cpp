#include "support/record_transport.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

namespace support {

namespace {

using reactor::io_result;
using reactor::io_want;

constexpr std::size_t header_bytes = 3; // kind, length of the payload
constexpr std::size_t most_payload = 1000;

io_result blocked(io_want want) noexcept {
    return {0, std::make_error_code(std::errc::operation_would_block), want};
}

io_result failed(int error) noexcept { return {0, {error, std::system_category()}}; }

/// The key of the next byte.
std::uint8_t next(std::uint8_t key) noexcept { return static_cast<std::uint8_t>(key * 5 + 1); }

void transform(std::string& bytes, std::uint8_t& key) {
    for (char& byte : bytes) {
        byte = static_cast<char>(static_cast<std::uint8_t>(byte) ^ key);
        key = next(key);
    }
}

} // namespace

io_result record_transport::start(int fd) noexcept {
    if (fd_ < 0)
        append_record(kind::greeting, "hello");
    fd_ = fd;
    if (write_out().would_block())
        return blocked(io_want::write);
    while (!has_record()) // tells of the peer's end as well
        if (const auto read = read_in(); read.ec)
            return read.would_block() ? blocked(io_want::read) : read;
    greeted_ = take_record() == kind::greeting && plain_ == "hello";
    plain_.clear();
    return greeted_ ? io_result{.n = 0, .ec = {}, .drained = !has_record()} : failed(EPROTO);
}

io_result record_transport::recv_some(std::span<char> buffer) noexcept {
    while (plain_.empty() && !end_heard_) {
        if (receipt_due_) {
            if (write_out().would_block()) {
                ++writes_to_read_;
                return blocked(io_want::write);
            }
            receipt_due_ = false; // or nobody is there for it, and what was sent before counts
        }
        if (!has_record()) {
            if (const auto read = read_in(); read.ec)
                return read;
            continue;
        }
        const auto what = take_record();
        if (what == kind::end)
            end_heard_ = true;
        if (what != kind::data)
            plain_.clear();
        else if (--until_receipt_ == 0 && !end_said_) {
            until_receipt_ = records_per_receipt;
            append_record(kind::receipt, "");
            receipt_due_ = true;
        }
    }
    return hand_over(buffer);
}

io_result record_transport::hand_over(std::span<char> buffer) noexcept {
    const auto n = std::min(buffer.size(), plain_.size());
    std::memcpy(buffer.data(), plain_.data(), n);
    plain_.erase(0, n);
    return {.n = n, .ec = {}, .drained = plain_.empty() && !has_record()};
}

io_result record_transport::send_some(std::span<const iovec> pieces) noexcept {
    io_result sent;
    std::string payload;
    const auto send_payload = [&] {
        append_record(kind::data, payload);
        sent.n += payload.size();
        payload.clear();
        return write_out();
    };
    if (const auto written = write_out(); written.ec)
        return {0, written.ec, io_want::write, false};
    for (const iovec& piece : pieces) {
        std::string_view rest{static_cast<const char*>(piece.iov_base), piece.iov_len};
        while (!rest.empty()) {
            const auto part = rest.substr(0, most_payload - payload.size());
            payload.append(part);
            rest.remove_prefix(part.size());
            if (payload.size() == most_payload)
                if (const auto written = send_payload(); written.ec)
                    return {sent.n, written.would_block() ? std::error_code{} : written.ec,
                            io_want::write, false};
        }
    }
    if (!payload.empty())
        if (const auto written = send_payload(); written.ec)
            return {sent.n, written.would_block() ? std::error_code{} : written.ec, io_want::write,
                    false};
    return sent;
}

io_result record_transport::shutdown_some() noexcept {
    if (!end_said_)
        append_record(kind::end, "");
    end_said_ = true;
    const auto written = write_out();
    return written.would_block() ? blocked(io_want::write) : written;
}

void record_transport::append_record(kind what, std::string_view payload) {
    std::string record{static_cast<char>(what), static_cast<char>(payload.size() / 256),
                       static_cast<char>(payload.size() % 256)};
    record.append(payload);
    transform(record, out_key_);
    out_.append(record);
}

io_result record_transport::write_out() noexcept {
    while (!out_.empty()) {
        const auto n = ::send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL);
        if (n < 0 && errno != EINTR)
            return failed(errno);
        if (n > 0)
            out_.erase(0, static_cast<std::size_t>(n));
    }
    return {};
}

io_result record_transport::read_in() noexcept {
    char buffer[4096];
    const auto n = ::recv(fd_, buffer, sizeof buffer, 0);
    if (n == 0)
        return failed(ECONNRESET); // a bare end proves nothing
    if (n < 0)
        return errno == EINTR ? io_result{} : failed(errno);
    std::string bytes{buffer, static_cast<std::size_t>(n)};
    transform(bytes, in_key_);
    in_.append(bytes);
    return {};
}

bool record_transport::has_record() const noexcept {
    if (in_.size() < header_bytes)
        return false;
    const auto payload =
        static_cast<unsigned char>(in_[1]) * std::size_t{256} + static_cast<unsigned char>(in_[2]);
    return in_.size() >= header_bytes + payload;
}

record_transport::kind record_transport::take_record() {
    const auto payload =
        static_cast<unsigned char>(in_[1]) * std::size_t{256} + static_cast<unsigned char>(in_[2]);
    const auto what = static_cast<kind>(in_[0]);
    plain_ = in_.substr(header_bytes, payload);
    in_.erase(0, header_bytes + payload);
    return what;
}

bool records_wanted() {
    const char* wanted = std::getenv("REACTOR_TEST_TRANSPORT");
    return wanted != nullptr && std::string_view{wanted} == "records";
}

std::unique_ptr<reactor::transport> wanted_transport() {
    return records_wanted() ? std::make_unique<record_transport>() : nullptr;
}

void put_wanted_transport(reactor::dispatcher& channel) {
    if (auto layer = wanted_transport())
        channel.set_transport(std::move(layer));
}

} // namespace support
