#include "channel_io.hpp"

#include <reactor/dispatcher.hpp>

// What a channel's own calls move, one system call each.
namespace reactor {

namespace flag = detail::flag;

/// The slot of a channel whose bytes go straight through its socket, as nearly all do: open, in
/// none of the states `otherwise`, and no audit wants to know.  Else null.
inline const detail::slot* dispatcher::plain_stream(std::uint32_t otherwise) const noexcept {
    const auto* s = detail::loop_core::opening_of(*this);
    return s != nullptr && !s->has(otherwise) && !core_->options().audit ? s : nullptr;
}

/// Datagrams are none, and outlive their errors.
void dispatcher::end_stream(std::error_code ec) noexcept {
    if (is_open() && !core_->slots()[index_].has(flag::datagram))
        close(ec);
}

io_result dispatcher::recv(std::span<char> buffer) noexcept {
    const auto* s = plain_stream(flag::datagram | flag::extended);
    if (s == nullptr) [[unlikely]]
        return recv_otherwise(buffer);
    const auto got = system::recv(s->fd, buffer, 0);
    if (got.value > 0) [[likely]]
        return core_->received(got.value);
    return recv_again(got.error, buffer);
}

io_result dispatcher::recv_otherwise(std::span<char> buffer) noexcept {
    const auto* s = detail::loop_core::opening_of(*this);
    if (s == nullptr)
        return {0, std::make_error_code(std::errc::not_connected)};
    core_->check_thread(*this);
    const auto got =
        s->has(flag::datagram) ? receive_datagram(buffer, nullptr) : core_->receive(index_, buffer);
    if (got.n == 0)
        received_nothing(got, buffer);
    return got;
}

/// After a call that gave no bytes.
io_result dispatcher::recv_again(int error, std::span<char> buffer) noexcept {
    const auto got = error == 0 ? core_->received(0) : core_->receive_again(error, index_, buffer);
    if (got.n == 0)
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
    const auto* s = plain_stream(flag::datagram | flag::extended | flag::write_shut);
    if (s == nullptr) [[unlikely]]
        return send_otherwise(data);
    const auto sent = system::send(s->fd, data.data(), data.size());
    if (sent.ok()) [[likely]]
        return core_->sent(sent.value);
    return send_again(sent.error, data);
}

io_result dispatcher::send_otherwise(std::string_view data) noexcept {
    const auto* s = detail::loop_core::opening_of(*this);
    if (s == nullptr)
        return {0, std::make_error_code(std::errc::not_connected)};
    core_->check_thread(*this);
    if (s->has(flag::write_shut)) // nothing is tried
        return {0, std::make_error_code(std::errc::broken_pipe)};
    const auto sent = s->has(flag::datagram) ? send_datagram(data, {}) : core_->send(index_, data);
    if (sent.ec)
        sent_nothing(sent.ec);
    return sent;
}

/// After a call that failed.
io_result dispatcher::send_again(int error, std::string_view data) noexcept {
    const auto sent = core_->send_again(error, index_, data);
    if (sent.ec)
        sent_nothing(sent.ec);
    return sent;
}

void dispatcher::sent_nothing(std::error_code ec) noexcept {
    if (!io_result{0, ec}.would_block())
        end_stream(ec);
}

std::span<char> dispatcher::receive_buffer() const noexcept {
    return core_ != nullptr ? core_->receive_buffer() : std::span<char>{};
}

} // namespace reactor
