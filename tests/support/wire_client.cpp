#include "support/wire_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <system_error>
#include <utility>

namespace support {
namespace {

struct socket_address {
    sockaddr_storage storage{};
    socklen_t length = 0;
};

[[noreturn]] void throw_errno(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

socket_address unix_address(const std::string& path) {
    socket_address result;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        throw failure("path too long: " + path);
    std::memcpy(address.sun_path, path.data(), path.size());
    std::memcpy(&result.storage, &address, sizeof address);
    result.length = sizeof address;
    return result;
}

socket_address internet_address(const std::string& endpoint) {
    const auto colon = endpoint.rfind(':');
    if (colon == std::string::npos)
        throw failure("no port in the address " + endpoint);
    const auto port = htons(static_cast<std::uint16_t>(std::stoul(endpoint.substr(colon + 1))));
    socket_address result;
    bool filled = false;
    if (endpoint.front() == '[') {
        sockaddr_in6 six{};
        six.sin6_family = AF_INET6;
        six.sin6_port = port;
        filled = ::inet_pton(AF_INET6, endpoint.substr(1, colon - 2).c_str(), &six.sin6_addr) == 1;
        std::memcpy(&result.storage, &six, sizeof six);
        result.length = sizeof six;
    } else {
        sockaddr_in four{};
        four.sin_family = AF_INET;
        four.sin_port = port;
        filled = ::inet_pton(AF_INET, endpoint.substr(0, colon).c_str(), &four.sin_addr) == 1;
        std::memcpy(&result.storage, &four, sizeof four);
        result.length = sizeof four;
    }
    if (!filled)
        throw failure("not a numeric address: " + endpoint);
    return result;
}

socket_address parse(const std::string& endpoint) {
    return endpoint.starts_with("unix:") ? unix_address(endpoint.substr(5))
                                         : internet_address(endpoint);
}

/// A connected blocking descriptor, or -1 with errno.
int open_connection(const std::string& endpoint, int receive_buffer) {
    const socket_address address = parse(endpoint);
    const int descriptor = ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        throw_errno("socket");
    if (receive_buffer > 0) {
        ::setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address.storage),
                  address.length) != 0) {
        const int error = errno;
        ::close(descriptor);
        errno = error;
        return -1;
    }
    if (address.storage.ss_family != AF_UNIX) {
        const int on = 1;
        ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    return descriptor;
}

bool wait_for(int descriptor, short events, int milliseconds) {
    pollfd entry{descriptor, events, 0};
    int ready = 0;
    do {
        ready = ::poll(&entry, 1, milliseconds);
    } while (ready < 0 && errno == EINTR);
    return ready > 0;
}

void append_escaped(std::string& text, char c) {
    static constexpr char digits[] = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
        text += "\\n";
    } else if (c == '\r') {
        text += "\\r";
    } else if (c == '"' || c == '\\') {
        text += '\\';
        text += c;
    } else if (byte >= 0x20 && byte < 0x7f) {
        text += c;
    } else {
        text += "\\x";
        text += digits[byte >> 4U];
        text += digits[byte & 0xFU];
    }
}

} // namespace

std::string quoted(std::string_view bytes) {
    constexpr std::size_t shown = 300;
    std::string text = "\"";
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == shown && bytes.size() > 2 * shown) {
            i = bytes.size() - shown;
            text += "\" ... \"";
        }
        append_escaped(text, bytes[i]);
    }
    text += '"';
    if (bytes.size() > 2 * shown)
        text += " (" + std::to_string(bytes.size()) + " bytes)";
    return text;
}

wire_client::wire_client(const std::string& endpoint, std::string label)
    : wire_client(endpoint, std::move(label), options{}) {}

wire_client::wire_client(const std::string& endpoint, std::string label, options chosen)
    : descriptor_(open_connection(endpoint, chosen.receive_buffer)), label_(std::move(label)) {
    if (descriptor_ < 0)
        throw_errno(label_ + ": connect to " + endpoint);
}

wire_client::wire_client(wire_client&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), label_(std::move(other.label_)),
      received_(std::move(other.received_)), ended_(other.ended_), end_error_(other.end_error_) {}

wire_client& wire_client::operator=(wire_client&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(label_, other.label_);
    std::swap(received_, other.received_);
    std::swap(ended_, other.ended_);
    std::swap(end_error_, other.end_error_);
    return *this;
}

wire_client::~wire_client() { close(); }

wire_client wire_client::logged_in(const std::string& endpoint, const std::string& name,
                                   source_line at) {
    return logged_in(endpoint, name, options{}, at);
}

wire_client wire_client::logged_in(const std::string& endpoint, const std::string& name,
                                   options chosen, source_line at) {
    wire_client client(endpoint, name, chosen);
    client.expect("Connect Success", at);
    client.send("login " + name + "\n", at);
    client.expect("Login Success", at);
    return client;
}

bool wire_client::can_connect(const std::string& endpoint) {
    const int descriptor = open_connection(endpoint, 0);
    if (descriptor >= 0)
        ::close(descriptor);
    return descriptor >= 0;
}

void wire_client::send(std::string_view bytes, source_line at) {
    const auto deadline = test_clock::now() + patience;
    while (!bytes.empty()) {
        const ssize_t sent =
            ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        } else if (errno != EAGAIN && errno != EINTR) {
            const std::string reason = std::strerror(errno);
            fail(at, "that " + quoted(bytes) + " could be sent, but: " + reason);
        } else if (!wait_for(descriptor_, POLLOUT, milliseconds_until(deadline))) {
            fail(at, "that the server would read " + quoted(bytes));
        }
    }
}

void wire_client::send_bytewise(std::string_view bytes, source_line at) {
    for (std::size_t i = 0; i < bytes.size(); ++i)
        send(bytes.substr(i, 1), at);
}

std::size_t wire_client::send_some(std::string_view bytes) {
    const ssize_t sent =
        ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent > 0 ? static_cast<std::size_t>(sent) : 0;
}

bool wire_client::writable_within(std::chrono::milliseconds limit) const {
    return wait_for(descriptor_, POLLOUT, static_cast<int>(limit.count()));
}

void wire_client::expect(std::string_view bytes, source_line at) {
    need(bytes.size(), bytes, at);
    if (!std::string_view(received_).starts_with(bytes))
        fail(at, quoted(bytes));
    take(bytes.size());
}

void wire_client::expect_segment(std::string_view bytes, source_line at) {
    const std::string segment = read_segment(at);
    if (segment == bytes)
        return;
    received_.insert(0, segment);
    fail(at, quoted(bytes) + " alone in one read, but that gave " + quoted(segment));
}

void wire_client::expect_eof(source_line at) {
    expect_closed(at);
    if (end_error_ != 0)
        fail(at, "an end in good order");
}

void wire_client::expect_closed(source_line at) {
    const auto deadline = test_clock::now() + patience;
    while (received_.empty() && receive(deadline)) {}
    if (!received_.empty() || !ended_)
        fail(at, "the end of the connection");
}

std::string wire_client::read_until(std::string_view mark, source_line at) {
    const auto deadline = test_clock::now() + patience;
    std::size_t searched = 0;
    for (;;) {
        const std::size_t found = received_.find(mark, searched);
        if (found != std::string::npos)
            return take(found + mark.size());
        searched = received_.size() < mark.size() ? 0 : received_.size() - mark.size() + 1;
        if (!receive(deadline))
            fail(at, "... " + quoted(mark));
    }
}

std::string wire_client::read_lines(std::size_t count, source_line at) {
    std::string lines;
    while (count-- > 0)
        lines += read_until("\n", at);
    return lines;
}

std::string wire_client::read_to_eof(source_line at) {
    read_all(at);
    if (end_error_ != 0)
        fail(at, "an end in good order");
    return take(received_.size());
}

std::string wire_client::read_to_close(source_line at) {
    read_all(at);
    return take(received_.size());
}

std::string wire_client::read_segment(source_line at) {
    if (received_.empty() && !receive(test_clock::now() + patience) && !ended_) {
        fail(at, "anything at all");
    }
    return take(received_.size());
}

std::string wire_client::read_available() {
    while (!ended_ && wait_for(descriptor_, POLLIN, 0) && receive_now()) {}
    return take(received_.size());
}

std::string wire_client::read_to_fence(source_line at) {
    static unsigned long number = 0;
    const std::string word = "fence-" + std::to_string(++number);
    const std::string answer = "Unknown command " + word + " \n";
    send(word + "\n", at);
    std::string before = read_until(answer, at);
    before.resize(before.size() - answer.size());
    return before;
}

void wire_client::fence(source_line at) {
    const std::string before = read_to_fence(at);
    if (before.empty())
        return;
    received_ = before;
    fail(at, "nothing before the answer to a fence");
}

void wire_client::half_close() { ::shutdown(descriptor_, SHUT_WR); }

void wire_client::reset() {
    const linger at_once{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close();
}

void wire_client::close() {
    if (descriptor_ >= 0)
        ::close(std::exchange(descriptor_, -1));
}

/// Adds what one read gives.  False when nothing came in time or nothing can come any more.
bool wire_client::receive(test_clock::time_point deadline) {
    if (ended_ || !wait_for(descriptor_, POLLIN, milliseconds_until(deadline)))
        return false;
    return receive_now();
}

bool wire_client::receive_now() {
    char buffer[65536];
    const ssize_t size = ::recv(descriptor_, buffer, sizeof buffer, MSG_DONTWAIT);
    if (size > 0) {
        received_.append(buffer, static_cast<std::size_t>(size));
        return true;
    }
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    ended_ = true;
    end_error_ = size < 0 ? errno : 0;
    return false;
}

/// Waits for `size` bytes, no longer than they can still be the expected ones.
void wire_client::need(std::size_t size, std::string_view expected, source_line at) {
    const auto deadline = test_clock::now() + patience;
    while (received_.size() < size) {
        if (!expected.starts_with(received_) || !receive(deadline))
            fail(at, quoted(expected));
    }
}

void wire_client::read_all(source_line at) {
    const auto deadline = test_clock::now() + patience;
    while (receive(deadline)) {}
    if (!ended_)
        fail(at, "the end of the connection");
}

std::string wire_client::take(std::size_t size) {
    std::string taken = received_.substr(0, size);
    received_.erase(0, size);
    return taken;
}

void wire_client::fail(source_line at, const std::string& expected) const {
    std::string text =
        at.text() + label_ + "\n  expected: " + expected + "\n  received: " + quoted(received_);
    if (ended_) {
        text += end_error_ == 0 ? ", then the end"
                                : std::string(", then: ") + std::strerror(end_error_);
    }
    throw failure(text);
}

std::vector<wire_client> log_in_many(const std::string& endpoint, const std::string& prefix,
                                     std::size_t count, source_line at) {
    std::vector<wire_client> clients;
    for (std::size_t i = 0; i < count; ++i) {
        clients.push_back(wire_client::logged_in(endpoint, prefix + std::to_string(i), at));
    }
    return clients;
}

void settle(std::vector<wire_client>& clients, source_line at) {
    for (wire_client& client : clients)
        client.read_to_fence(at);
}

} // namespace support
