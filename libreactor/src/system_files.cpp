#include "system_help.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h> // NOLINT(modernize-deprecated-headers): POSIX has more in it than C++
#include <sys/stat.h>
#include <unistd.h>

// Calls on files, pipes and terminals.
namespace reactor::system {

namespace {

/// Keeps the SIGPIPE of a write from the process without touching its disposition: a signal of a
/// thread's own write goes to that thread, which does not let it in and takes it back.  (The calls
/// on sets of signals are macros on some systems, so they stand without `::`.)
class pipe_signal_kept_out {
public:
    pipe_signal_kept_out() noexcept {
        sigemptyset(&only_);
        sigaddset(&only_, SIGPIPE);
        ::pthread_sigmask(SIG_BLOCK, &only_, &former_);
        // Nothing can be pending that the thread lets in.
        was_pending_ = sigismember(&former_, SIGPIPE) == 1 && is_pending();
    }
    ~pipe_signal_kept_out() { ::pthread_sigmask(SIG_SETMASK, &former_, nullptr); }
    pipe_signal_kept_out(const pipe_signal_kept_out&) = delete;
    pipe_signal_kept_out& operator=(const pipe_signal_kept_out&) = delete;

    /// The write has raised it: there is none where the process ignores it.
    void take_back() const noexcept {
        int taken = 0;
        if (!was_pending_ && is_pending())
            ::sigwait(&only_, &taken);
    }

private:
    static bool is_pending() noexcept {
        sigset_t pending;
        ::sigpending(&pending);
        return sigismember(&pending, SIGPIPE) == 1;
    }

    sigset_t only_;
    sigset_t former_;
    bool was_pending_ = false;
};

} // namespace

result duplicate(int fd) noexcept {
    constexpr int beyond_standard_streams = 3;
    return outcome(::fcntl(fd, F_DUPFD_CLOEXEC, beyond_standard_streams));
}

result access_mode(int fd) noexcept {
    const int flags = ::fcntl(fd, F_GETFL);
    return flags < 0 ? outcome(flags) : result{flags & O_ACCMODE, 0};
}

result file_type(int fd) noexcept {
    struct stat status {};
    const int asked = ::fstat(fd, &status);
    return asked < 0 ? outcome(asked)
                     : result{static_cast<std::int64_t>(status.st_mode & S_IFMT), 0};
}

bool is_terminal(int fd) noexcept { return ::isatty(fd) == 1; }

result read(int fd, std::span<char> buffer) noexcept {
    return outcome(::read(fd, buffer.data(), buffer.size()));
}

result write(int fd, std::span<const iovec> pieces) noexcept {
    const pipe_signal_kept_out guard;
    const auto written =
        outcome(pieces.size() == 1 ? ::write(fd, pieces[0].iov_base, pieces[0].iov_len)
                                   : ::writev(fd, pieces.data(), static_cast<int>(pieces.size())));
    if (written.error == EPIPE)
        guard.take_back();
    return written;
}

} // namespace reactor::system
