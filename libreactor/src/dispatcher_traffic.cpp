#include "channel_io.hpp"

#include <reactor/dispatcher.hpp>

// What a channel's own calls move, one system call each.
namespace reactor {

namespace flag = detail::flag;

inline io_result dispatcher::receive(std::span<char> buffer) noexcept {
    const auto* s = detail::loop_core::opening_of(*this);
    if (s == nullptr)
        return {0, std::make_error_code(std::errc::not_connected)};
    core_->check_thread(*this);
    if (s->has(flag::datagram | flag::extended)) [[unlikely]]
        return s->has(flag::datagram) ? receive_datagram(buffer, nullptr)
                                      : core_->receive(index_, buffer);
    return core_->receive_plain(index_, *s, buffer);
}

/// Datagrams are none, and outlive their errors.
void dispatcher::end_stream(std::error_code ec) noexcept {
    if (is_open() && !core_->slots()[index_].has(flag::datagram))
        close(ec);
}

io_result dispatcher::recv(std::span<char> buffer) noexcept {
    const auto got = receive(buffer);
    if (got.n == 0) [[unlikely]]
        received_nothing(got, buffer);
    return got;
}

/// An error, the end of input, or room for nothing.
void dispatcher::received_nothing(const io_result& got, std::span<char> buffer) noexcept {
    if (got.ec && !got.would_block())
        end_stream(got.ec);
    if (!got.ec && !buffer.empty() && !input_ended() &&
        !core_->slots()[index_].has(flag::datagram)) {
        core_->slots()[index_].set(flag::input_ended | flag::eof_pending);
        core_->mark_held(index_); // handle_eof comes from there at the latest
        core_->mark_changed(index_);
    }
}

io_result dispatcher::recv_oob(std::span<char> buffer) noexcept {
    if (!is_open())
        return {0, std::make_error_code(std::errc::not_connected)};
    core_->check_thread(*this);
    // Its errors (no urgent byte) say nothing about the stream.
    return core_->receive(index_, buffer, MSG_OOB);
}

io_result dispatcher::send(std::string_view data) noexcept {
    const auto sent = transmit(data);
    if (sent.ec) [[unlikely]]
        sent_nothing(sent.ec);
    return sent;
}

inline io_result dispatcher::transmit(std::string_view data) noexcept {
    const auto* s = detail::loop_core::opening_of(*this);
    if (s == nullptr)
        return {0, std::make_error_code(std::errc::not_connected)};
    core_->check_thread(*this);
    if (s->has(flag::datagram | flag::extended | flag::write_shut)) [[unlikely]]
        return transmit_otherwise(*s, data);
    return core_->send_plain(index_, *s, data);
}

io_result dispatcher::transmit_otherwise(const detail::slot& s, std::string_view data) noexcept {
    if (s.has(flag::write_shut))
        return {0, std::make_error_code(std::errc::broken_pipe)};
    return s.has(flag::datagram) ? send_datagram(data, {}) : core_->send(index_, data);
}

void dispatcher::sent_nothing(std::error_code ec) noexcept {
    if (is_open() && core_->slots()[index_].has(flag::write_shut))
        return; // nothing was tried
    if (!io_result{0, ec}.would_block())
        end_stream(ec);
}

std::span<char> dispatcher::receive_buffer() const noexcept {
    return core_ != nullptr ? core_->receive_buffer() : std::span<char>{};
}

} // namespace reactor
