#include "sim_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

namespace reactor::sim::detail {

namespace {

constexpr std::size_t capacity = std::size_t{64} * 1024; // of a pipe or terminal, as in Linux
constexpr std::size_t atomic_size = 4096;                // PIPE_BUF: no part of less is written

} // namespace

bool sim_file::ended() const noexcept { return always_ready() || !other_side_open_; }

bool sim_file::has_room() const noexcept { return capacity - outgoing_.size() >= atomic_size; }

// ---- calls

result sim_file::read(std::span<char> buffer) {
    if (kind_ == kind::pipe_to_write)
        return failed(EBADF);
    const auto size = std::min(buffer.size(), incoming_.size() - read_);
    if (size == 0 && !buffer.empty()) {
        if (!ended())
            return failed(EAGAIN);
        return kind_ == kind::terminal ? failed(EIO) : done();
    }
    std::copy_n(incoming_.data() + read_, size, buffer.data());
    read_ += size;
    return done(static_cast<std::int64_t>(size));
}

result sim_file::write(std::string_view bytes) {
    if (kind_ == kind::pipe_to_read)
        return failed(EBADF);
    if (kind_ == kind::null)
        return done(static_cast<std::int64_t>(bytes.size()));
    if (!other_side_open_)
        return failed(kind_ == kind::terminal ? EIO : EPIPE);
    const bool bounded = kind_ != kind::stored && !taking_;
    const auto room = bounded ? capacity - outgoing_.size() : bytes.size();
    if (bytes.size() > room && (room == 0 || bytes.size() <= atomic_size))
        return failed(EAGAIN);
    const auto part = bytes.substr(0, room);
    (taking_ ? taken_ : outgoing_) += part;
    return done(static_cast<std::int64_t>(part.size()));
}

int sim_file::access_mode() const noexcept {
    return kind_ == kind::pipe_to_read    ? O_RDONLY
           : kind_ == kind::pipe_to_write ? O_WRONLY
                                          : O_RDWR;
}

unsigned sim_file::type() const noexcept {
    return kind_ == kind::stored                                         ? S_IFREG
           : kind_ == kind::pipe_to_read || kind_ == kind::pipe_to_write ? S_IFIFO
                                                                         : S_IFCHR;
}

// ---- readiness

bool sim_file::watchable() const noexcept { return !always_ready() && kind_ != kind::device; }

std::uint32_t sim_file::ready() const {
    if (always_ready())
        return EPOLLIN | EPOLLOUT;
    std::uint32_t bits = 0;
    if (kind_ != kind::pipe_to_write && read_ < incoming_.size())
        bits |= EPOLLIN;
    if (kind_ != kind::pipe_to_read && (has_room() || !other_side_open_))
        bits |= EPOLLOUT;
    if (!other_side_open_)
        bits |= kind_ == kind::pipe_to_write ? EPOLLERR : EPOLLHUP;
    return bits;
}

description::filter_state sim_file::reading() const {
    const auto left = incoming_.size() - read_;
    return {.ready = kind_ != kind::pipe_to_write && (left > 0 || ended()),
            .amount = static_cast<std::int64_t>(left),
            .ended = !other_side_open_};
}

description::filter_state sim_file::writing() const {
    return {.ready = kind_ != kind::pipe_to_read && (has_room() || !other_side_open_),
            .amount = static_cast<std::int64_t>(capacity - outgoing_.size()),
            .ended = !other_side_open_};
}

std::string sim_file::describe() const {
    static constexpr const char* names[] = {"regular file",      "null device",
                                            "pipe, end to read", "pipe, end to write",
                                            "terminal",          "device"};
    return names[static_cast<std::size_t>(kind_)] +
           std::string(other_side_open_ ? "" : " (closed)");
}

// ---- the other side

void sim_file::set_taking(bool on) {
    taking_ = on;
    if (on)
        (void)take_some(outgoing_.size());
}

std::size_t sim_file::take_some(std::size_t limit) {
    const auto size = std::min(limit, outgoing_.size());
    taken_ += outgoing_.substr(0, size);
    outgoing_.erase(0, size);
    return size;
}

void sim_file::close_other_side() { other_side_open_ = false; }

} // namespace reactor::sim::detail
