#pragma once

#include <reactor/channel_ref.hpp>

#include <compare>
#include <cstdint>
#include <span>
#include <string_view>

namespace chatd {

/// A place in a room's log, given by the log and never used again: another `epoch` is another
/// history.
struct log_position {
    std::uint64_t epoch = 0;
    std::uint64_t number = 0;

    friend constexpr auto operator<=>(const log_position&, const log_position&) noexcept = default;
};

enum class entry_kind : std::uint8_t { enter, say, leave };

/// Who an `enter` or `leave` is about.
struct log_origin {
    reactor::channel_ref session; ///< Stale when the session is gone by the time of the delivery.
    log_position entered;         ///< Its `enter`; for `enter` itself the log fills it in.
    std::string_view name;        ///< Dies with the call that it is given to.
};

/// Entries that follow each other in the log: either one `enter` or `leave`, or one or more `say`.
struct log_run {
    log_position first;
    log_position last;
    entry_kind kind = entry_kind::say;
    log_origin origin;      ///< Not for `say`.
    std::string_view bytes; ///< Their lines, whole, one after the other; die with the call.
};

/// Gets a log's entries.
class room_log_reader {
public:
    /// On the room's loop, in the log's order, each position once, never inside `append`.
    virtual void deliver(const log_run& run) = 0;

protected:
    ~room_log_reader() = default;
};

/// Everything that happens in a room, in the one order that all its members see.
///
/// The seam behind which durable storage and other machines come in: whoever writes to more than
/// one session appends here and does nothing else until the entry is delivered.
class room_log {
public:
    virtual ~room_log() = default;

    /// Takes an entry and returns at once.
    /// @param line  the pieces of its line; only `say` may be joined with others into one run.
    virtual log_position append(const log_origin& origin, entry_kind kind,
                                std::span<const std::string_view> line) = 0;
    /// Delivers now what can be delivered without waiting.  Not inside `deliver`.
    /// @return  whether everything appended so far has been delivered.
    virtual bool catch_up() = 0;
};

} // namespace chatd
