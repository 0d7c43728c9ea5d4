#pragma once

#include <reactor/async_chat.hpp>
#include <reactor/endpoint.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace chatload {

class swarm;

/// One connection of the swarm: it connects, takes the greeting, logs in, and hands what it gets in
/// the room to the swarm.  An idle one stops after the greeting.
///
/// Greeting and answer are messages of known length.  In the room there is no terminator, so that
/// all lines of a read can be compared at once.
class session : public reactor::async_chat {
public:
    /// @param number  of the client, or of the idle connection.
    /// @param name    to log in with; empty for an idle connection.
    session(reactor::loop& owner, swarm& home, std::uint32_t number, std::string_view name);

    /// Starts connecting; the swarm hears of the outcome.
    void start(const reactor::endpoint& server, std::chrono::nanoseconds patience);

    [[nodiscard]] std::uint32_t number() const noexcept { return number_; }
    [[nodiscard]] bool idle() const noexcept { return name_[0] == '\0'; }
    /// In the room, or an idle one that was greeted.
    [[nodiscard]] bool ready() const noexcept {
        return state_ == state::in_room || state_ == state::idle;
    }
    /// What it is and what it waits for, for messages: `client u01ab00003 (waiting for the
    /// greeting)`.
    [[nodiscard]] std::string description() const;

    /// Marks: does this client say lines; are its latencies taken for those of others.
    bool sender = false;
    bool sampled = false;

    [[nodiscard]] const char* class_name() const noexcept override { return "chatload session"; }

protected:
    void handle_connect() override;
    void handle_line(std::string_view line) override;
    void collect_incoming_data(std::string_view data) override;
    void handle_eof() override;
    void handle_close(std::error_code ec) override;

private:
    enum class state : std::uint8_t { connecting, greeting, login, in_room, idle, closed };

    void take_greeting(std::string_view text);
    void take_answer(std::string_view text);
    /// Gives up; the swarm hears why.
    void fail(std::string why);

    swarm& home_;
    std::uint32_t number_;
    state state_ = state::connecting;
    std::string partial_; // the start of a line in the room
    char name_[11] = {};
};

} // namespace chatload
