#include "loop_core.hpp"

#include <cerrno>

// The one place through which a channel's bytes go.
namespace reactor::detail {

namespace {

/// Repeats a call that a signal interrupted, and tells its outcome as a value.
template <class Call>
io_result repeated(Call call) noexcept {
    system::result result = call();
    while (result.error == EINTR)
        result = call();
    if (result.ok())
        return {static_cast<std::size_t>(result.value), {}};
    // Some systems say so when their buffers are full.
    const int error = result.error == ENOBUFS ? EAGAIN : result.error;
    return {0, {error, std::system_category()}};
}

} // namespace

io_result loop_core::receive(std::uint32_t index, std::span<char> buffer, int flags) noexcept {
    const int fd = slots_[index].fd;
    const auto got = repeated([&] { return system::recv(fd, buffer, flags); });
    ++counters_.reads;
    counters_.bytes_in += got.n;
    return got;
}

io_result loop_core::send(std::uint32_t index, std::span<const iovec> pieces) noexcept {
    const int fd = slots_[index].fd;
    const auto sent = repeated([&] {
        return pieces.size() == 1 ? system::send(fd, static_cast<const char*>(pieces[0].iov_base),
                                                 pieces[0].iov_len)
                                  : system::sendmsg(fd, pieces);
    });
    ++counters_.sends;
    counters_.bytes_out += sent.n;
    return sent;
}

channel_extra& loop_core::extra(std::uint32_t index) {
    if (extras_.size() <= index)
        extras_.resize(slots_.capacity());
    if (!extras_[index])
        extras_[index] = std::make_unique<channel_extra>();
    slots_[index].set(flag::extended);
    return *extras_[index];
}

} // namespace reactor::detail
