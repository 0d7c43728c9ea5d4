#pragma once

#include <reactor/dispatcher.hpp>
#include <reactor/export.hpp>

namespace reactor {

/// A channel over a pipe, a FIFO, a terminal, a character device or a regular file: asyncore's
/// file_dispatcher.
///
/// All that a dispatcher does and that needs no socket it does here too (see
/// `dispatcher::set_file`): `recv` and `send` are read(2) and write(2).
///
///     struct console : reactor::file_dispatcher {
///         explicit console(reactor::loop& owner) : file_dispatcher(owner, STDIN_FILENO) {}
///         void handle_read() override {
///             const auto buffer = receive_buffer();
///             const auto got = recv(buffer);
///             use({buffer.data(), got.n});
///         }
///     };
class REACTOR_EXPORT file_dispatcher : public dispatcher {
public:
    /// A channel without a descriptor: `set_file` gives it one.
    explicit file_dispatcher(loop& owner);
    /// A channel over a duplicate of `fd`, as asyncore made it: `fd` stays the caller's.  Throws
    /// std::system_error.
    file_dispatcher(loop& owner, int fd);
    /// A channel over `file`, which it closes.  Throws std::system_error.
    file_dispatcher(loop& owner, unique_fd file);

    [[nodiscard]] const char* class_name() const noexcept override { return "file_dispatcher"; }
};

} // namespace reactor
