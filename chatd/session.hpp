#pragma once

#include "chatd/admission.hpp"
#include "chatd/commands.hpp"
#include "chatd/counters.hpp"
#include "chatd/room_log.hpp"
#include "chatd/session_state.hpp"
#include "chatd/short_name.hpp"
#include "chatd/token_bucket.hpp"

#include <reactor/async_chat.hpp>
#include <reactor/broadcast.hpp>
#include <reactor/unique_fd.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace chatd {

class server;

/// When something happens that will not.
inline constexpr std::chrono::nanoseconds never = std::chrono::nanoseconds::max();

/// One connection: its lines are commands, its output is answers and the stream of its room.
///
/// States: connected, claiming (a name), in_room, gone (left; what is owed to it still goes out).
/// A session that must not go on - its flood bucket is empty, its peer does not read, the log has
/// not delivered what it said - waits: its socket is not read until every reason is gone.
class session final : public reactor::async_chat {
public:
    enum class state : std::uint8_t { connected, claiming, in_room, gone };

    /// Greets the peer.  `owner` must outlive the session.
    session(reactor::loop& loop, server& owner, reactor::unique_fd fd,
            const admission::ticket& ticket);
    /// Takes over a session that another server object saved; says nothing to its peer.
    session(reactor::loop& loop, server& owner, session_state saved,
            const admission::ticket& ticket);

    // --- commands ---
    void login(std::string_view argument);
    void say(std::string_view text);
    void look();
    void logout();
    void unknown(std::string_view word);

    // --- for the room ---
    [[nodiscard]] std::string_view name() const noexcept { return name_.view(); }
    [[nodiscard]] const log_position& entered() const noexcept { return entered_; }
    /// Its `enter` was delivered: the login has succeeded, and from here on it gets what is
    /// published.
    void enter_delivered(reactor::broadcast& stream);
    /// @param held  its share waits for `release_hold`, or for the end of the hold.
    void follow(reactor::broadcast& stream, bool held = false);
    /// Its `leave` is being delivered: it is owed what was published so far, and then the end.
    void leave_delivered();
    /// The log went on; `line` is the one with which this session waited for that.
    void log_delivered(std::string line);

    // --- for the server ---
    [[nodiscard]] const server& owner_server() const noexcept { return server_; }
    [[nodiscard]] state where() const noexcept { return state_; }
    /// A session that was in the room over there is in this one: to be called once, after it was
    /// taken over.
    /// @param held  a newcomer's hold goes on, until the end that was saved.
    void return_to_room(bool held = false);
    /// Reads nothing more, until `thaw`; what is owed goes on being sent.
    void freeze() { wait(for_handover); }
    void thaw() { stop_waiting(for_handover); }
    /// The server has other limits now; they hold from here on.
    void limits_changed(const limits& before);
    /// Stops carrying out commands, sends what is owed, ends; the room is not told.
    void drain();
    /// Notes the reason and closes; the room is told.
    void expel(incident why);
    /// Everything but the descriptor, as it is now; nothing changes.  Between two callbacks only.
    [[nodiscard]] session_state snapshot() const;
    /// Its name was muted, or is so no more.
    void look_whether_muted();
    /// Takes everything out of this object, which is closed then; the room is not told.
    [[nodiscard]] session_state save();

    [[nodiscard]] const char* class_name() const noexcept override { return "session"; }

private:
    /// Reasons to wait, a set.
    enum reason : std::uint8_t {
        for_flood = 1,
        for_room = 2,
        for_output = 4,
        for_claim = 8,
        for_log = 16,
        for_handover = 32,
    };

    void handle_read() override;
    void handle_line(std::string_view raw) override;
    void collect_incoming_data(std::string_view piece) override;
    void handle_overflow() override;
    void handle_high_water() override;
    void handle_low_water() override;
    void handle_timeout() override;
    void handle_eof() override;
    void handle_close(std::error_code ec) override;

    void set_up();
    void apply_limits();
    void move_login_deadline(std::chrono::nanoseconds before, std::chrono::nanoseconds after);
    void carry_out(std::string_view raw);
    [[nodiscard]] bool misplaced_http(std::string_view first_bytes);
    [[nodiscard]] bool spend_login_bytes(std::size_t bytes);
    void claim(std::string_view name);
    void claimed(bool granted);
    void refuse_name(incident why);
    [[nodiscard]] bool refused_as_muted();
    void note(incident what);
    void reply(std::string_view text);
    void reply_alone(std::string_view text);
    void replied();
    void leave_room();
    void release_hold();

    void charge(std::uint32_t lines, std::size_t bytes);
    void wait(reason why);
    void wait(reason why, incident what);
    void stop_waiting(reason why);
    void update_deadline();
    [[nodiscard]] std::chrono::nanoseconds now() const noexcept;
    [[nodiscard]] const flood_limits& flood() const noexcept;

    server& server_;
    reactor::subscription stream_;
    short_name name_; // while claiming: the one asked for
    token_bucket lines_;
    token_bucket bytes_;
    log_position entered_;
    log_position last_append_;
    std::chrono::nanoseconds
        phase_end_; // login deadline; after login: the end of a newcomer's hold
    admission::ticket ticket_;
    std::uint32_t login_bytes_ = 0;
    state state_ = state::connected;
    std::uint8_t waiting_for_ = 0;
    bool heard_ : 1 = false;    // a line has come
    bool newcomer_ : 1 = false; // no line has come since the login
    bool muted_ : 1 = false;    // to be looked at when it speaks: the mute may have ended
};

// The name in place; beside async_chat's 96.  The rest of an idle session is its slot and its
// places in a few arrays.
static_assert(sizeof(void*) != 8 || sizeof(session) <= 96 + 128,
              "ten thousand idle sessions must stay small");

} // namespace chatd
