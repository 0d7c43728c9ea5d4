#pragma once

#include "bench/chatload/protocols/protocol.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace support {

/// A client of one protocol without a connection.  What it is given lies in memory of exactly its
/// size, so that a sanitizer sees every byte that is read past it.
class conversation {
public:
    /// @param who  without a name: one that only wants to be greeted.
    conversation(std::string_view protocol, chatload::identity who);

    /// What has come, one entry each:
    /// `sends BYTES`, `greeted`, `logged in`, `refused WHY`, and then `line TEXT`, `answer TOKEN`,
    /// `join NAME`, `notice`, `request REPLY`, `broken WHY`.
    const std::vector<std::string>& events() const noexcept { return events_; }

    /// More comes from the server.
    void receive(std::string_view bytes);

    chatload::protocol& spoken() noexcept { return *spoken_; }
    const chatload::identity& who() const noexcept { return who_; }

private:
    void log_in();
    bool log_in_by_a_step();
    bool read_message();
    std::vector<char> exact_input() const { return {unread_.begin(), unread_.end()}; }

    std::unique_ptr<chatload::protocol> spoken_;
    chatload::identity who_;
    int stage_ = 0;
    bool ready_ = false;
    bool ended_ = false;
    std::string unread_;
    std::vector<std::string> events_;
};

/// What a client with room `lobby` makes of these bytes, come at once.
/// @param name  empty: a client that only wants to be greeted.
std::vector<std::string> heard(std::string_view protocol, std::string_view name,
                               std::string_view bytes);

/// Checks that a client hears the same however its input is cut in two, and byte by byte; gives
/// what it hears.  Of what is broken it need not show the same bytes, as it waits for no more.
std::vector<std::string> heard_in_pieces(std::string_view protocol, std::string_view name,
                                         std::string_view bytes);

} // namespace support
