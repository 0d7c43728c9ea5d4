#pragma once

#include <reactor/export.hpp>

#include <system_error>
#include <utility>

namespace reactor {

/// Owns one descriptor and closes it when destroyed: asyncore's `file_wrapper`, which duplicates
/// only when asked to.
class REACTOR_EXPORT unique_fd {
public:
    /// Holds none.
    unique_fd() noexcept = default;
    /// Takes ownership of `fd`; -1 is "none".
    explicit unique_fd(int fd) noexcept : fd_(fd) {}
    /// A second descriptor for the same open file, close-on-exec and not one of 0 to 2; `fd` stays
    /// the caller's.  Throws std::system_error.
    [[nodiscard]] static unique_fd duplicate(int fd);
    /// As above, the error in `ec`; holds none then.
    [[nodiscard]] static unique_fd duplicate(int fd, std::error_code& ec) noexcept;
    /// Takes the descriptor over; the other holds none afterwards.
    unique_fd(unique_fd&& other) noexcept : fd_(other.release()) {}
    /// The same; what was held before is closed.
    unique_fd& operator=(unique_fd&& other) noexcept {
        if (this != &other)
            reset(other.release());
        return *this;
    }
    /// Closes what is held.
    ~unique_fd() { reset(); }

    /// The descriptor, which stays owned here; -1 for none.
    [[nodiscard]] int get() const noexcept { return fd_; }
    /// Whether there is one.
    [[nodiscard]] explicit operator bool() const noexcept { return fd_ >= 0; }
    /// Gives the descriptor away; the caller closes it.
    [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }
    /// Closes what is held, then holds `fd`.  A failing close is not repeated.
    void reset(int fd = -1) noexcept;

private:
    int fd_ = -1;
};

} // namespace reactor
