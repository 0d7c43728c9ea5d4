#pragma once

#include "chatd/server.hpp"
#include "support/loop_fixture.hpp"
#include "support/scripted_peer.hpp"

#include <reactor/endpoint.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// A server on the loop under test, which listens on loopback, and the peers that speak with it.
class served_loop : public support::loop_fixture {
public:
    explicit served_loop(const chatd::limits& limit = {});

    support::scripted_peer& connect();
    /// Connects and takes the greeting.
    support::scripted_peer& greeted();
    /// Connects and logs in; the room says it as usual.
    support::scripted_peer& log_in(const std::string& name);

    /// Until all that the peer has heard ends so.
    void expect(const support::scripted_peer& peer, std::string_view end);
    /// Until the server has ended its connection, be it by a reset.
    void expect_end(const support::scripted_peer& peer);
    /// Until what the peer sent before has been carried out; gives what it heard meanwhile.
    std::string fence(support::scripted_peer& peer);

    std::uint64_t count_of(chatd::incident what) const { return server.counts().of(what); }
    /// Lines of the log that begin so.
    std::size_t logged(std::string_view begin) const;

    std::vector<std::string> log_lines;
    chatd::logger log{[this](std::string_view line) { log_lines.emplace_back(line); }};
    chatd::server server;
    std::vector<std::unique_ptr<support::scripted_peer>> peers;

private:
    reactor::endpoint address_;
};
