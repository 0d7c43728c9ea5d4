#pragma once

#include <reactor/export.hpp>

#include <utility>

namespace reactor {

/// Owns one descriptor and closes it when destroyed (asyncore's `file_wrapper`, without the `dup`).
class REACTOR_EXPORT unique_fd {
public:
    unique_fd() noexcept = default;
    /// Takes ownership of `fd`; -1 is "none".
    explicit unique_fd(int fd) noexcept : fd_(fd) {}
    unique_fd(unique_fd&& other) noexcept : fd_(other.release()) {}
    unique_fd& operator=(unique_fd&& other) noexcept {
        if (this != &other)
            reset(other.release());
        return *this;
    }
    ~unique_fd() { reset(); }

    [[nodiscard]] int get() const noexcept { return fd_; }
    [[nodiscard]] explicit operator bool() const noexcept { return fd_ >= 0; }
    /// Gives the descriptor away; the caller closes it.
    [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }
    /// Closes what is held, then holds `fd`.  A failing close is not repeated.
    void reset(int fd = -1) noexcept;

private:
    int fd_ = -1;
};

} // namespace reactor
