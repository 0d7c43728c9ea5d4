#include "loop_core.hpp"
#include "repeated.hpp"

#include <cerrno>

// The one place through which a channel's bytes go.
namespace reactor::detail {

namespace {

/// What some systems say in words of their own.
int meant(int error) noexcept {
    if (error == ENOBUFS) // the buffers are full
        return EAGAIN;
    if (error == EPROTOTYPE) // sent while the connection was being torn down (macOS)
        return ECONNRESET;
    return error;
}

/// What a channel without a descriptor gets: it is on its way to a host by name.
io_result not_yet() noexcept { return {0, std::make_error_code(std::errc::operation_would_block)}; }

io_result as_value(system::result given) noexcept {
    if (given.ok())
        return {static_cast<std::size_t>(given.value), {}};
    return {0, {meant(given.error), std::system_category()}};
}

/// Urgent data passes a transport by.
io_result no_such_thing() noexcept {
    return {0, std::make_error_code(std::errc::operation_not_supported)};
}

} // namespace

io_result loop_core::receive(std::uint32_t index, std::span<char> buffer, int flags) noexcept {
    const int fd = slots_[index].fd;
    if (fd < 0)
        return not_yet();
    if (auto* layer = find_layer(index); layer != nullptr && !slots_[index].has(flag::lingering)) {
        ++counters_.reads;
        const auto got = flags == 0 ? layer->receive(*this, index, buffer) : no_such_thing();
        counters_.bytes_in += got.n;
        return got;
    }
    const auto got = files_.has(index)
                         ? files_.receive(index, buffer, flags)
                         : as_value(repeated([&] { return system::recv(fd, buffer, flags); }));
    ++counters_.reads;
    counters_.bytes_in += got.n;
    return got;
}

io_result loop_core::send(std::uint32_t index, std::span<const iovec> pieces) noexcept {
    const int fd = slots_[index].fd;
    if (fd < 0)
        return not_yet();
    if (auto* layer = find_layer(index)) {
        ++counters_.sends;
        const auto sent = layer->send(*this, index, pieces);
        counters_.bytes_out += sent.n;
        return sent;
    }
    const auto send_to_socket = [&] {
        return pieces.size() == 1 ? system::send(fd, static_cast<const char*>(pieces[0].iov_base),
                                                 pieces[0].iov_len)
                                  : system::sendmsg(fd, pieces);
    };
    const auto sent =
        files_.has(index) ? files_.send(index, pieces) : as_value(repeated(send_to_socket));
    ++counters_.sends;
    counters_.bytes_out += sent.n;
    return sent;
}

/// After a call that failed.
io_result loop_core::receive_again(int error, std::uint32_t index,
                                   std::span<char> buffer) noexcept {
    if (error == EINTR)
        return receive(index, buffer);
    ++counters_.reads;
    return {0, {meant(error), std::system_category()}};
}

/// After a call that failed.
io_result loop_core::send_again(int error, std::uint32_t index, std::string_view data) noexcept {
    if (error == EINTR)
        return send(index, data);
    ++counters_.sends;
    return {0, {meant(error), std::system_category()}};
}

io_result loop_core::send(std::uint32_t index, std::string_view data) noexcept {
    const iovec piece{const_cast<char*>(data.data()), data.size()}; // only read
    return send(index, {&piece, 1});
}

channel_extra& loop_core::extra(std::uint32_t index) {
    extras_.grow_to(index + 1);
    if (!extras_[index])
        extras_[index] = std::make_unique<channel_extra>();
    slots_[index].set(flag::extended);
    return *extras_[index];
}

} // namespace reactor::detail
