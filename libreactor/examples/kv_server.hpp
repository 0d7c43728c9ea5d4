// A key-value server with a protocol of lines: the shape of a real server on libreactor.
//
//     SET key text    OK
//     GET key         VALUE text  or  NONE
//     DEL key         OK  or  NONE
//     QUIT            BYE, and the connection ends
//     anything else   ERROR reason
//
// It does not know what it runs on: kv_main.cpp links it to the real system, kv_server_test.cpp to
// a simulated one.
#pragma once

#include <reactor/reactor.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace kv {

using store = std::map<std::string, std::string, std::less<>>;

/// A client that sends no command for so long is sent away.
inline constexpr std::chrono::minutes idle_limit{5};

/// One client.
class session : public reactor::async_chat {
public:
    session(reactor::loop& owner, reactor::unique_fd fd, store& values);

    [[nodiscard]] const char* class_name() const noexcept override { return "kv::session"; }

protected:
    void handle_line(std::string_view line) override;
    void handle_overflow() override;
    void handle_high_water() override;
    void handle_low_water() override;
    void handle_eof() override;
    void handle_timeout() override;

private:
    void answer(std::string_view word, std::string_view text = {});
    void set(std::string_view arguments);
    void get(std::string_view key);
    void remove(std::string_view key);
    void quit();

    store& values_;
};

/// The listener and what it serves.  Its sessions belong to the loop and must end before it does.
class server : public reactor::dispatcher {
public:
    server(reactor::loop& owner, const reactor::endpoint& where);

    [[nodiscard]] const char* class_name() const noexcept override { return "kv::server"; }
    /// Takes no more connections and sends everybody away; then the loop has no work left.
    void stop();

protected:
    void handle_accepted(reactor::unique_fd fd, const reactor::endpoint& peer) override;

private:
    store values_;
};

} // namespace kv
