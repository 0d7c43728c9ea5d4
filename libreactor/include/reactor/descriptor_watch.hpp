#pragma once

#include <reactor/export.hpp>
#include <reactor/fwd.hpp>
#include <reactor/unique_function.hpp>

#include <memory>
#include <system_error>

namespace reactor {

namespace detail {
class watched_descriptor;
} // namespace detail

/// Tells when a descriptor that somebody else owns is ready: for libraries that do their own input
/// and output and want to be told when, as hiredis, libpq and curl's multi interface.  Move-only;
/// destroying it releases.
///
/// The descriptor is only watched: never read, written or closed, and its flags stay as they are.
/// Nothing is watched for until `want` says so.
///
/// Release it before the descriptor's owner closes it; such libraries say when (hiredis by
/// `cleanup`, curl by CURL_POLL_REMOVE).  A number that was closed first may be another's by then:
/// it is refused to channels and other watches of the loop until this one is released, and when the
/// system gives it to the loop itself, `handlers::lost` comes.
///
/// A watch that is not released keeps the loop running.  It is no channel: `loop::for_each`,
/// `loop::size` and `loop::close_all` do not meet it.  All members belong to the loop's thread; one
/// that outlives its loop watches nothing.  asyncore had nothing like it.
class REACTOR_EXPORT descriptor_watch {
public:
    /// What is called, in the dispatch step, never inside a call of yours; each may be empty.  Any
    /// of them may release, move or destroy the watch, and then no other of the same report comes.
    /// What they throw goes to `loop::on_error`, and the watch goes on: it is level-triggered, so
    /// each comes again as long as there is cause.
    struct handlers {
        /// There is input, or something else that only a receive tells, while reading is wanted.
        unique_function<void()> readable = {};
        /// There is room for output, or an error, while writing is wanted.
        unique_function<void()> writable = {};
        /// The other side is gone or there is an error, whatever is wanted; before the two above,
        /// which come as well if they are wanted.  With nothing wanted it comes only if the system
        /// tells, and once.  A kqueue that watches for input alone tells no hang-up from an end of
        /// input: then `readable` comes by itself, and a receive gives the end.
        unique_function<void()> hang_up = {};
        /// The watch has ended by itself: the system refuses the descriptor (bad_file_descriptor:
        /// it was closed before it was released).
        unique_function<void(std::error_code)> lost = {};
    };

    /// Watches nothing.
    descriptor_watch() noexcept;
    /// Throws std::system_error: bad_file_descriptor for a negative number,
    /// errc::already_watched when a channel or another watch of the loop has it.
    descriptor_watch(loop& owner, int fd, handlers functions);
    /// Takes the watch over; the other watches nothing afterwards.
    descriptor_watch(descriptor_watch&& other) noexcept;
    /// The same; what was watched before is released.
    descriptor_watch& operator=(descriptor_watch&& other) noexcept;
    /// As `release`.
    ~descriptor_watch();

    /// What to watch for from now on; nothing when released.
    void want(bool reading, bool writing) noexcept;
    /// The same, `writing` as it was.
    void want_read(bool on) noexcept;
    /// The same, `reading` as it was.
    void want_write(bool on) noexcept;
    /// Whether reading is wanted.
    [[nodiscard]] bool wants_read() const noexcept;
    /// Whether writing is wanted.
    [[nodiscard]] bool wants_write() const noexcept;

    /// Stops watching at once: no function comes any more, and the descriptor is its owner's alone.
    void release() noexcept;
    /// It was neither released nor lost.
    [[nodiscard]] bool active() const noexcept;
    /// -1 when not active.
    [[nodiscard]] int fileno() const noexcept;

private:
    std::unique_ptr<detail::watched_descriptor> watched_; // null when released
};

} // namespace reactor
