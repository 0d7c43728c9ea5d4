#include "chatd/upgrade/state_format.hpp"

#include "chatd/upgrade/byte_fields.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

namespace chatd {

namespace {

using std::chrono::nanoseconds;

constexpr std::string_view mark = "chatd-up";
constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();
constexpr nanoseconds longest_time = std::chrono::hours{24 * 365};

// The least that each takes in bytes.
constexpr std::size_t least_socket = 8;
constexpr std::size_t least_text = 8;
constexpr std::size_t least_session = 73;

enum flag : std::uint8_t { discarding = 1, greeted_only = 2, held = 4, ending = 8, all_flags = 15 };

/// FNV-1a: tells damage, not malice, which a sealed file keeps out.
std::uint64_t checksum(std::string_view bytes) noexcept {
    std::uint64_t sum = 0xCBF29CE484222325;
    for (const char byte : bytes)
        sum = (sum ^ static_cast<unsigned char>(byte)) * 0x100000001B3;
    return sum;
}

std::uint64_t time_left(nanoseconds end, nanoseconds now) noexcept {
    if (end == nanoseconds::max())
        return never;
    return static_cast<std::uint64_t>(std::max(end - now, nanoseconds{0}).count());
}

/// Of what is left, a year at most.
nanoseconds bounded(std::uint64_t left) noexcept {
    const auto most = static_cast<std::uint64_t>(longest_time.count());
    return nanoseconds{static_cast<std::int64_t>(std::min(left, most))};
}

nanoseconds end_of(std::uint64_t left, nanoseconds now) noexcept {
    return left == never ? nanoseconds::max() : now + bounded(left);
}

// --- writing ---

void write_bucket(byte_writer& out, const token_bucket& bucket, nanoseconds now) {
    out.number(static_cast<std::uint64_t>(bucket.debt(now).count()));
}

void write_socket(byte_writer& out, const socket_id& id) { out.number(id.cookie); }

void write_peer(byte_writer& out, const reactor::endpoint& peer) {
    out.text({reinterpret_cast<const char*>(peer.native()), peer.native_size()});
}

void write_session(byte_writer& out, const session_state& s, nanoseconds now) {
    out.number(static_cast<std::uint8_t>((s.discarding ? discarding : 0) |
                                         (s.greeted_only ? greeted_only : 0) | (s.held ? held : 0) |
                                         (s.ending ? ending : 0)));
    write_peer(out, s.peer);
    out.text(s.name);
    out.text(s.input);
    write_bucket(out, s.lines, now);
    write_bucket(out, s.bytes, now);
    out.number(s.login_bytes);
    out.number(time_left(s.phase_end, now));
    out.number<std::uint64_t>(s.owed);
    out.number(static_cast<std::uint32_t>(s.output.size()));
    for (const auto& piece : s.output)
        out.text(piece);
}

std::string write_body(const handed_state& state, nanoseconds now) {
    byte_writer out;
    out.text(state.saved.stream);
    write_bucket(out, state.saved.room, now);
    out.text(state.bans);
    out.number<std::uint8_t>(state.adopted ? 1 : 0);
    out.number(static_cast<std::uint32_t>(state.listeners.size()));
    for (const auto& id : state.listeners)
        write_socket(out, id);
    out.number(static_cast<std::uint32_t>(state.sessions.size()));
    for (std::size_t i = 0; i < state.sessions.size(); ++i) {
        write_socket(out, state.sessions[i]);
        write_session(out, state.saved.sessions[i], now);
    }
    return out.take();
}

// --- reading ---

token_bucket read_bucket(byte_reader& in, nanoseconds now) {
    return token_bucket::owing(bounded(in.number<std::uint64_t>()), now);
}

socket_id read_socket(byte_reader& in) { return {-1, in.number<std::uint64_t>()}; }

bool is_address(const sockaddr_storage& address, std::size_t size) noexcept {
    switch (address.ss_family) {
    case AF_INET:
        return size == sizeof(sockaddr_in);
    case AF_INET6:
        return size == sizeof(sockaddr_in6);
    case AF_UNIX:
        return size >= sizeof(sa_family_t) && size <= sizeof(sockaddr_un);
    default:
        return false;
    }
}

reactor::endpoint read_peer(byte_reader& in) {
    const auto bytes = in.text();
    if (bytes.empty())
        return {};
    sockaddr_storage address{};
    if (bytes.size() <= sizeof address)
        std::memcpy(&address, bytes.data(), bytes.size());
    if (!is_address(address, bytes.size())) {
        in.fail();
        return {};
    }
    return reactor::endpoint::from_native(reinterpret_cast<const sockaddr*>(&address),
                                          static_cast<socklen_t>(bytes.size()));
}

session_state read_session(byte_reader& in, nanoseconds now, std::size_t stream) {
    session_state s;
    const auto flags = in.number<std::uint8_t>();
    s.discarding = (flags & discarding) != 0;
    s.greeted_only = (flags & greeted_only) != 0;
    s.held = (flags & held) != 0;
    s.ending = (flags & ending) != 0;
    s.peer = read_peer(in);
    s.name = in.text();
    s.input = in.text();
    s.lines = read_bucket(in, now);
    s.bytes = read_bucket(in, now);
    s.login_bytes = in.number<std::uint32_t>();
    s.phase_end = end_of(in.number<std::uint64_t>(), now);
    s.owed = static_cast<std::size_t>(in.number<std::uint64_t>());
    const bool in_room = !s.name.empty() && !s.ending;
    if ((flags & ~all_flags) != 0 || s.owed > stream || ((s.owed > 0 || s.held) && !in_room))
        in.fail();
    for (std::size_t left = in.count(least_text); left > 0; --left)
        s.output.emplace_back(in.text());
    return s;
}

handed_state read_body(byte_reader& in, nanoseconds now) {
    handed_state state;
    state.saved.stream = in.text();
    state.saved.room = read_bucket(in, now);
    state.bans = in.text();
    const auto adopted = in.number<std::uint8_t>();
    state.adopted = adopted == 1;
    if (adopted > 1)
        in.fail();
    for (std::size_t left = in.count(least_socket); left > 0; --left)
        state.listeners.push_back(read_socket(in));
    for (std::size_t left = in.count(least_session); left > 0 && !in.failed(); --left) {
        state.sessions.push_back(read_socket(in));
        state.saved.sessions.push_back(read_session(in, now, state.saved.stream.size()));
    }
    return state;
}

} // namespace

std::string encode_state(const handed_state& state, nanoseconds now) {
    const std::string body = write_body(state, now);
    byte_writer head;
    head.number(state_format);
    head.number(checksum(body));
    head.number<std::uint64_t>(body.size());
    return std::string{mark}.append(head.take()).append(body);
}

std::optional<handed_state> decode_state(std::string_view bytes, nanoseconds now,
                                         std::string& why) {
    const auto refuse = [&why](std::string text) {
        why = std::move(text);
        return std::nullopt;
    };
    if (!bytes.starts_with(mark))
        return refuse("it does not begin as a state of chatd does");
    byte_reader in{bytes.substr(mark.size())};
    const auto format = in.number<std::uint32_t>();
    const auto sum = in.number<std::uint64_t>();
    const auto size = in.number<std::uint64_t>();
    if (in.failed())
        return refuse("it ends within its header");
    if (format != state_format)
        return refuse("its format is " + std::to_string(format) + ", this chatd reads format " +
                      std::to_string(state_format));
    if (size != in.rest().size())
        return refuse("it has " + std::to_string(in.rest().size()) + " bytes, its header says " +
                      std::to_string(size));
    if (sum != checksum(in.rest()))
        return refuse("its checksum is wrong");
    auto state = read_body(in, now);
    if (in.failed() || !in.rest().empty())
        return refuse("its parts do not fit each other");
    return state;
}

} // namespace chatd
