#pragma once

#include <reactor/export.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace reactor::sim {

class world;

namespace detail {
class sim_file;
} // namespace detail

/// What a descriptor is that is no socket.
enum class file_kind : std::uint8_t {
    pipe_to_read,  ///< The reading end of a pipe; the test has the other one.
    pipe_to_write, ///< The writing end of a pipe.
    terminal,      ///< One side of a pseudo-terminal, which gives EIO when the other is closed.
    null,          ///< /dev/null: epoll and kqueue refuse it.
    device,        ///< One that they refuse as well, though it may have nothing to give.
};

/// The other side of a pipe, terminal or device of the program, held by the test; it has no
/// descriptor.
///
/// What the program writes is taken at once and kept for `received()`, unless this side stops
/// reading: then it fills the pipe (64 KiB).  Destroying it closes it.
class REACTOR_EXPORT far_side {
public:
    /// The other side of nothing.
    far_side() noexcept = default;
    /// Takes it over; the other is that of nothing afterwards.
    far_side(far_side&& other) noexcept = default;
    /// The same; what was held before is closed.
    far_side& operator=(far_side&& other) noexcept;
    /// Closes, as `close` does.
    ~far_side();

    /// Gives the program so much to read, whatever the size.
    void send(std::string_view bytes);
    /// All that the program wrote and this side took, since the last `take`.
    [[nodiscard]] const std::string& received() const noexcept;
    /// Gives `received()` away and starts it anew.
    std::string take();

    /// From now on, what the program writes stays in the pipe.
    void stop_reading();
    /// Takes what lies in the pipe and reads on.
    void resume_reading();
    /// Takes at most `limit` bytes out of the pipe while reading is stopped; gives how many.
    std::size_t read_some(std::size_t limit);
    /// Bytes in the pipe.
    [[nodiscard]] std::size_t unread() const noexcept;

    /// Closes this side: the program reads the end after the last byte, and its writes fail.
    void close();
    /// It was opened and not closed.
    [[nodiscard]] bool is_open() const noexcept;
    /// The program has closed its side.
    [[nodiscard]] bool ended() const noexcept;

private:
    friend class world;
    explicit far_side(std::shared_ptr<detail::sim_file> file) noexcept;

    std::shared_ptr<detail::sim_file> file_;
};

/// Two sides of one pipe, terminal or device.  Keep both: `other` closes when it is destroyed.
struct opened_file {
    int fd = -1;    ///< The program's side.
    far_side other; ///< The test's side.
};

} // namespace reactor::sim
