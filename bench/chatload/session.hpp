#pragma once

#include "bench/chatload/cast.hpp"
#include "bench/chatload/ledger.hpp"
#include "bench/chatload/protocols/protocol.hpp"

#include <reactor/async_chat.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace chatload {

class load_part;
class worker;

/// One connection of a run: it connects, logs in as the protocol has it, and hands what it gets to
/// its ledger and its load.  May be started again when it has ended.
///
/// There is no terminator, so that all lines of a read can be compared at once.
class session : public reactor::async_chat {
public:
    /// @param who  what it does; kept as it is.
    session(worker& home, load_part& of, const role& who);

    /// Starts connecting; its load hears of the outcome.
    void start();
    /// Acknowledges as one who only listens, until it sends something again.
    ///
    /// Linux takes a peer that has just sent something for interactive: it leaves acknowledging to
    /// the next answer or to every second segment, at the server's cost, until a pause of 40 ms
    /// ends that.  Whether there is such a pause after a login is chance and differs from server to
    /// server; here it ends for all alike.
    void only_listen() noexcept;
    /// Says good-bye; what comes from now on is nobody's concern.  Its load hears of the end.
    void log_out();
    /// Says a line that was due at `when`.  Only of a speaker that is in the room.
    void say(std::chrono::nanoseconds when);

    [[nodiscard]] const role& part() const noexcept { return part_; }
    [[nodiscard]] std::uint32_t number() const noexcept { return part_.number; }
    /// Logged in, or greeted if that is all it wants.
    [[nodiscard]] bool ready() const noexcept { return state_ == state::ready; }
    [[nodiscard]] load_part& load() noexcept { return load_; }
    /// Null where no lines are expected.
    [[nodiscard]] ledger* book() const noexcept { return book_; }
    [[nodiscard]] ledger::member member() const noexcept { return member_; }

    std::uint32_t slot = 0;   ///< Its load's: which of the load's clients it is.
    speaker* voice = nullptr; ///< Null for one that says no lines.
    session* witness =
        nullptr; ///< Another member of its room in this thread, which gets its lines.
    bool is_witness = false;
    bool counted = false; ///< Among the worker's connected ones.

    [[nodiscard]] const char* class_name() const noexcept override { return "chatload session"; }

protected:
    void handle_connect() override;
    void collect_incoming_data(std::string_view data) override;
    void handle_eof() override;
    void handle_close(std::error_code ec) override;
    void handle_timeout() override;

private:
    enum class state : std::uint8_t { connecting, login, ready, leaving, closed };

    void open(std::error_code& ec);
    void log_in(std::string_view input);
    void become_ready();
    bool take_framing();
    [[nodiscard]] std::string_view complete_begun(std::string_view data);
    [[nodiscard]] std::string_view take(std::string_view data);
    void take_message(const message& what);
    void fail_to_connect(std::error_code ec);
    void fail(std::string why);
    [[nodiscard]] std::string begun() const;
    [[nodiscard]] const char* doing() const noexcept;

    worker& home_;
    load_part& load_;
    role part_;
    identity who_;
    ledger* book_;
    ledger::member member_ = 0;
    int stage_ = 0;
    state state_ = state::closed;
    bool heard_ = false;  // anything, since it connected
    std::string partial_; // the start of a message, or what login has not used up
};

} // namespace chatload
