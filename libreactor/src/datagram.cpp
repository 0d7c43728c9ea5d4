#include "guarded.hpp"
#include "loop_core.hpp"
#include "repeated.hpp"

#include <reactor/datagram.hpp>
#include <reactor/dispatcher.hpp>
#include <reactor/error.hpp>

#include <algorithm>
#include <cerrno>
#include <utility>

// Channels of datagrams.  No error of theirs ends them: it tells of one message or one peer, and
// there are others.
namespace reactor {

namespace flag = detail::flag;

namespace detail {

std::size_t loop_core::datagrams_left(std::uint32_t index) const noexcept {
    constexpr auto no_limit = static_cast<std::size_t>(-1);
    if (index != in_dispatch_)
        return no_limit;
    const bool begun =
        datagram_turn_.index == index && datagram_turn_.iteration == counters_.iterations;
    return options_.message_budget -
           std::min(options_.message_budget, begun ? datagram_turn_.taken : std::uint32_t{0});
}

void loop_core::count_datagrams(std::uint32_t index, std::size_t count,
                                std::size_t bytes) noexcept {
    ++counters_.reads;
    counters_.bytes_in += bytes;
    if (datagram_turn_.index != index || datagram_turn_.iteration != counters_.iterations)
        datagram_turn_ = {counters_.iterations, index, 0};
    datagram_turn_.taken += static_cast<std::uint32_t>(count);
}

bool loop_core::tell_associated(std::uint32_t index) noexcept {
    slot& s = slots_[index];
    s.clear(flag::connecting);
    s.set(flag::connected);
    if (!guarded(index, [](dispatcher& channel) { channel.handle_connect(); }))
        return false;
    if (s.has(flag::ending)) // waited for this moment
        mark_flush(index);
    return true;
}

} // namespace detail

namespace {

std::error_code code(int error) noexcept { return {error, std::system_category()}; }

std::error_code nothing_now() noexcept {
    return std::make_error_code(std::errc::operation_would_block);
}

} // namespace

std::error_code dispatcher::why_no_datagrams() const noexcept {
    if (!is_open())
        return std::make_error_code(std::errc::not_connected);
    core_->check_thread(*this);
    return core_->slots()[index_].has(flag::datagram)
               ? std::error_code{}
               : std::make_error_code(std::errc::wrong_protocol_type);
}

void dispatcher::held_input_step() {
    const auto& state = core_->slots()[index_];
    if (state.has(flag::datagram) && state.has(flag::connecting))
        core_->tell_associated(index_);
}

// --- one ---

io_result dispatcher::receive_datagram(std::span<char> buffer, endpoint* from) noexcept {
    if (core_->datagrams_left(index_) == 0)
        return {0, nothing_now()};
    const int fd = fileno();
    datagram one{.bytes = buffer, .peer = {}};
    const auto got = detail::repeated([&] { return system::recvfrom(fd, one); });
    core_->count_datagrams(index_, got.ok() ? 1 : 0, got.ok() ? one.bytes.size() : 0);
    if (!got.ok())
        return {0, code(got.error)};
    if (from != nullptr)
        *from = one.peer;
    return {one.bytes.size(),
            one.truncated ? std::make_error_code(std::errc::message_size) : std::error_code{}};
}

io_result dispatcher::send_datagram(std::string_view data, const endpoint& to) noexcept {
    const int fd = fileno();
    const datagram one{.bytes = {const_cast<char*>(data.data()), data.size()}, // only read
                       .peer = to};
    const auto sent = detail::repeated([&] { return system::sendto(fd, one); });
    ++core_->counters().sends;
    if (!sent.ok())
        return {0, code(sent.error)};
    core_->counters().bytes_out += data.size();
    return {data.size(), {}};
}

io_result dispatcher::recv_from(std::span<char> buffer, endpoint& from) noexcept {
    if (const auto refused = why_no_datagrams())
        return {0, refused};
    return receive_datagram(buffer, &from);
}

io_result dispatcher::send_to(std::string_view data, const endpoint& to) noexcept {
    if (const auto refused = why_no_datagrams())
        return {0, refused};
    return send_datagram(data, to);
}

// --- many ---

io_result dispatcher::recv_batch(datagram_batch& batch) noexcept {
    auto room = batch.vacate();
    if (const auto refused = why_no_datagrams())
        return {0, refused};
    room = room.first(std::min(room.size(), core_->datagrams_left(index_)));
    const int fd = fileno();
    io_result total{0, room.empty() ? nothing_now() : std::error_code{}};
    while (total.n < room.size()) {
        const auto piece =
            room.subspan(total.n, std::min(room.size() - total.n, system::datagram_batch_limit));
        const auto got = detail::repeated([&] { return system::recvmmsg(fd, piece); });
        const auto count = got.ok() ? static_cast<std::size_t>(got.value) : 0;
        std::size_t bytes = 0;
        for (const auto& each : piece.first(count))
            bytes += each.bytes.size();
        core_->count_datagrams(index_, count, bytes);
        total.n += count;
        if (!got.ok() && (total.n == 0 || got.error != EAGAIN))
            total.ec = code(got.error);
        if (count < piece.size())
            break;
    }
    batch.set_size(total.n);
    return total;
}

io_result dispatcher::send_batch(datagram_batch& batch) noexcept {
    if (const auto refused = why_no_datagrams())
        return {0, refused};
    const int fd = fileno();
    const std::span<const datagram> all{batch.begin(), batch.end()};
    io_result total;
    while (total.n < all.size() && !total.ec) {
        const auto piece =
            all.subspan(total.n, std::min(all.size() - total.n, system::datagram_batch_limit));
        const auto sent = detail::repeated([&] { return system::sendmmsg(fd, piece); });
        const auto count = sent.ok() ? static_cast<std::size_t>(sent.value) : 0;
        for (const auto& each : piece.first(count))
            core_->counters().bytes_out += each.bytes.size();
        ++core_->counters().sends;
        total.n += count;
        if (count == 0)
            total.ec = sent.ok() ? nothing_now() : code(sent.error);
    }
    const bool dropped = total.ec && !total.would_block();
    batch.drop_front(total.n + (dropped ? 1 : 0));
    return total;
}

// --- set-up ---

void dispatcher::set_datagram_socket(unique_fd socket, std::error_code& ec) noexcept {
    ec = why_not_take(socket);
    int type = 0;
    socklen_t size = sizeof type;
    if (!ec)
        ec = code(system::getsockopt(socket.get(), SOL_SOCKET, SO_TYPE, &type, &size).error);
    if (!ec && type != SOCK_DGRAM && type != SOCK_RAW)
        ec = std::make_error_code(std::errc::wrong_protocol_type);
    if (!ec)
        ec = code(system::set_nonblocking(socket.get(), true).error);
    if (ec)
        return;
    core_->check_thread(*this);
    sockaddr_storage peer{};
    socklen_t peer_size = sizeof peer;
    const bool has_peer =
        system::getpeername(socket.get(), reinterpret_cast<sockaddr*>(&peer), &peer_size).ok();
    ec = core_->open(*this, std::move(socket),
                     has_peer ? flag::datagram | flag::connected : std::uint32_t{flag::datagram});
}

void dispatcher::set_datagram_socket(unique_fd socket) {
    std::error_code ec;
    set_datagram_socket(std::move(socket), ec);
    if (ec)
        throw std::system_error(ec, "reactor::dispatcher::set_datagram_socket");
}

} // namespace reactor
