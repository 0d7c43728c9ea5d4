#include "loop_core.hpp"

#include <reactor/dispatcher.hpp>

// What a channel's own calls move, one system call each.
namespace reactor {

namespace flag = detail::flag;

io_result dispatcher::receive(std::span<char> buffer, int flags) noexcept {
    if (!is_open())
        return {0, std::make_error_code(std::errc::not_connected)};
    core_->check_thread(*this);
    if (flags == 0 && core_->slots()[index_].has(flag::datagram)) [[unlikely]]
        return receive_datagram(buffer, nullptr);
    return core_->receive(index_, buffer, flags);
}

/// Datagrams are none, and outlive their errors.
void dispatcher::end_stream(std::error_code ec) noexcept {
    if (is_open() && !core_->slots()[index_].has(flag::datagram))
        close(ec);
}

io_result dispatcher::recv(std::span<char> buffer) noexcept {
    const auto got = receive(buffer, 0);
    if (got.ec && !got.would_block())
        end_stream(got.ec);
    if (!got.ec && got.n == 0 && !buffer.empty() && !input_ended() &&
        !core_->slots()[index_].has(flag::datagram)) {
        core_->slots()[index_].set(flag::input_ended | flag::eof_pending);
        core_->mark_held(index_); // handle_eof comes from there at the latest
        core_->mark_changed(index_);
    }
    return got;
}

io_result dispatcher::recv_oob(std::span<char> buffer) noexcept {
    return receive(buffer, MSG_OOB); // its errors (no urgent byte) say nothing about the stream
}

io_result dispatcher::send(std::string_view data) noexcept {
    if (!is_open())
        return {0, std::make_error_code(std::errc::not_connected)};
    core_->check_thread(*this);
    if (core_->slots()[index_].has(flag::datagram)) [[unlikely]]
        return send_datagram(data, {});
    const iovec piece{const_cast<char*>(data.data()), data.size()}; // only read
    const auto sent = core_->send(index_, {&piece, 1});
    if (sent.ec && !sent.would_block())
        close(sent.ec);
    return sent;
}

std::span<char> dispatcher::receive_buffer() const noexcept {
    return core_ != nullptr ? core_->receive_buffer() : std::span<char>{};
}

} // namespace reactor
