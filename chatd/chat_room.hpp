#pragma once

#include "chatd/limits.hpp"
#include "chatd/room_log.hpp"
#include "chatd/token_bucket.hpp"

#include <reactor/broadcast.hpp>
#include <reactor/loop.hpp>
#include <reactor/shared_text.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace chatd {

class session;

/// The room where everybody meets: its log, the stream that its members follow, and the members in
/// order of arrival.
///
/// Nothing here writes to a session: what happens is appended to the log, and when the log delivers
/// it, it is published once.  A newcomer follows the stream from after its own `enter`; a leaver is
/// owed everything before its `leave` and follows no more.
class chat_room final : public room_log_reader {
public:
    using log_factory = std::unique_ptr<room_log> (*)(reactor::loop&, room_log_reader&);

    /// All must outlive the room.
    chat_room(reactor::loop& owner, const limits& limit, log_factory make_log);

    // Each takes a session of this room and gives the position of the entry.
    log_position enter(session& member);
    log_position say(session& member, std::string_view text);
    log_position leave(session& member); // delivered as far as can be

    /// A line to all that no user has said: see `replies::announced`.
    void announce(std::string_view text);

    /// Delivers what can be delivered now; true when `position` has been delivered.
    [[nodiscard]] bool caught_up_with(const log_position& position);
    /// Gives `line` back to the member, by `session::log_delivered`, after the delivery of the next
    /// entries.
    void wait_for_delivery(session& member, std::string line);
    /// The line with which the member waits; empty for none.
    [[nodiscard]] std::string_view waiting_line(const session& member) const noexcept;

    /// The answer to `look`, made once for each membership, when somebody asks, and shared by all
    /// who ask: O(members) for the first of them, O(1) for the others.
    [[nodiscard]] const reactor::shared_text& user_list();
    [[nodiscard]] std::size_t members() const noexcept { return members_.size() - gaps_; }

    /// Lines passed on so far, each once for each member at that time.
    [[nodiscard]] std::uint64_t deliveries() const noexcept { return deliveries_; }

    /// When the room may say more; `now` if at once.
    [[nodiscard]] std::chrono::nanoseconds ready_at(std::chrono::nanoseconds now) const noexcept {
        return bytes_.ready_at(rate_, now);
    }

    /// From now on other limits for what is said.
    void set_limits(const limits& limit) noexcept;

    /// Takes a session in without a word, behind the present members: it was in the room of another
    /// server object.  Gives what stands for its `enter`.  It follows nothing until `take_back`.
    log_position restore(session& member);
    /// What follows was published in the former room already.
    void publish_again(std::string_view lines) { stream_.publish(lines); }
    void take_back(session& member, bool held);
    /// The members whose connections have ended, which the room has not been told yet.
    [[nodiscard]] std::vector<std::string> names_of_ended() const;
    /// Somebody who is no member here was one in the former room.
    void tell_left(std::string_view name);
    [[nodiscard]] const token_bucket& bytes_said() const noexcept { return bytes_; }
    void restore_bytes_said(const token_bucket& former) noexcept { bytes_ = former; }
    /// The session goes away without a word, to another server object: nothing here refers to it
    /// any more.
    void let_go(const session& member) noexcept;

private:
    /// The room refers to a session's name where the session has it, for as long as it may go on
    /// saying things; of those who left, until that is delivered, it keeps the names itself.
    struct member_entry {
        log_position entered; // ascending
        const session* who;   // null: its name is among `departing_`, or it is a gap
    };
    struct letting_go_at_the_end {
        chat_room& room;
        const session& member;
        ~letting_go_at_the_end() { room.let_go(member); }
    };
    struct waiting_line_entry {
        reactor::channel_ref session;
        std::string line;
    };

    void deliver(const log_run& run) override;
    void deliver_enter(const log_run& run);
    void deliver_leave(const log_run& run);
    void wake_waiting();
    [[nodiscard]] std::deque<member_entry>::iterator entry_of(const log_position& entered) noexcept;
    void remove(const log_position& entered);
    void close_gaps();
    [[nodiscard]] session* find(reactor::channel_ref ref) const noexcept;

    reactor::loop& loop_;
    reactor::broadcast stream_;
    std::deque<member_entry>
        members_; // moves nobody when it grows; of the leavers, gaps that are closed later
    std::size_t gaps_ = 0;
    std::uint64_t deliveries_ = 0;
    std::map<log_position, std::string> departing_; // names by `entered`
    reactor::shared_text user_list_;                // empty: to be made anew
    std::vector<waiting_line_entry> waiting_;
    token_rate rate_;
    token_bucket bytes_;
    log_position delivered_;
    bool delivering_ = false;
    std::unique_ptr<room_log> log_; // last: it may deliver to what stands above
};

} // namespace chatd
