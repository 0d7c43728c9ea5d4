#include "chatd/crowd.hpp"

#include "chatd/session.hpp"
#include "support/socket_pair.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <utility>

namespace {

constexpr std::uint32_t at_once = 50; // buffers that a crowd fills are no session's
constexpr int small_buffer = 4096;
constexpr char filling = '\0'; // no line has it

chatd::limits no_limits() {
    chatd::limits limit;
    limit.max_connections = 1'000'000;
    limit.newcomer_hold = {};
    limit.flood.rate = 0;
    return limit;
}

/// Each one from another address, so that admission knows each.
reactor::endpoint address_of(std::uint32_t number) {
    sockaddr_in raw{};
    raw.sin_family = AF_INET;
    raw.sin_addr.s_addr = htonl(0x0A000000 + number);
    return reactor::endpoint::from_native(reinterpret_cast<const sockaddr*>(&raw), sizeof raw);
}

void send_all(int fd, std::string_view bytes) {
    if (::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size()))
        throw support::failure("a member's lines do not fit its socket");
}

template <class Function>
void for_each_session(reactor::loop& loop, Function function) {
    loop.for_each([&](reactor::dispatcher& channel) {
        if (const auto* session = dynamic_cast<chatd::session*>(&channel))
            function(*session);
    });
}

} // namespace

void crowd::member::send(std::string_view lines) const { send_all(peer_.get(), lines); }

void crowd::member::stall() const {
    const std::array<char, 1024> piece{filling};
    for (std::size_t size = piece.size(); size > 0; size /= 2)
        while (::send(server_end_.get(), piece.data(), size, MSG_NOSIGNAL | MSG_DONTWAIT) > 0) {}
}

std::string crowd::member::read() const {
    std::string text;
    std::array<char, 4096> piece{};
    for (;;) {
        const auto got = ::recv(peer_.get(), piece.data(), piece.size(), MSG_DONTWAIT);
        if (got <= 0)
            break;
        text.append(piece.data(), static_cast<std::size_t>(got));
    }
    std::erase(text, filling);
    return text;
}

crowd::crowd() : server_(loop_, no_limits(), quiet_) {}

crowd::member crowd::connect(const std::string& name, int buffer_bytes) {
    auto pair = support::make_socket_pair(AF_UNIX, buffer_bytes);
    send_all(pair.theirs.get(), "login " + name + "\n");
    member made;
    made.peer_ = std::move(pair.theirs);
    made.server_end_ = reactor::unique_fd::duplicate(pair.ours.get());
    server_.add_connection(std::move(pair.ours), address_of(connections_++));
    ++members_;
    return made;
}

void crowd::grow_to(std::uint32_t members) {
    while (members_ < members) {
        for (const auto all = std::min(members, members_ + at_once); members_ < all;)
            readers_.give(connect("user" + std::to_string(10'000 + connections_), 0).peer_);
        run_until("all are in the room and have heard everything",
                  [this] { return room().members() == members_ && pending() == 0; });
    }
    run(10); // whatever is put off until later is done
}

crowd::member crowd::add(const std::string& name) {
    auto made = connect(name, small_buffer);
    std::string heard;
    run_until(name + " has logged in", [&] {
        heard += made.read();
        return heard.ends_with("Login Success");
    });
    return made;
}

crowd::member crowd::add_speaker(const std::string& name) {
    auto made = connect(name, 0);
    readers_.give(reactor::unique_fd::duplicate(made.peer_.get()));
    run_until(name + " has logged in", [this] { return room().members() == members_; });
    return made;
}

void crowd::run(int iterations) {
    for (int i = 0; i < iterations; ++i)
        loop_.run_once(std::chrono::nanoseconds{0});
}

std::size_t crowd::pending() {
    std::size_t sum = 0;
    for_each_session(loop_, [&](const chatd::session& s) { sum += s.output_size(); });
    return sum;
}

std::size_t crowd::most_pending() {
    std::size_t most = 0;
    for_each_session(loop_,
                     [&](const chatd::session& s) { most = std::max(most, s.output_size()); });
    return most;
}
