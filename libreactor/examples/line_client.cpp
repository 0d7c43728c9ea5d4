#include "line_client.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

// A library in the manner of C: one state machine over a non-blocking socket.
struct line_client {
    line_client_callbacks callbacks;
    int fd = -1;
    int events = line_client_nothing;
    bool connecting = true;
    bool inside = false; // a call of line_client_handle
    bool doomed = false; // freed meanwhile
    std::string output = {};
    std::string input = {};
};

namespace {

void update(line_client& client) {
    const int events =
        client.fd < 0 ? line_client_nothing
        : client.connecting
            ? line_client_room
            : line_client_input | (client.output.empty() ? line_client_nothing : line_client_room);
    if (events == client.events)
        return;
    client.events = events;
    if (client.callbacks.waits_for != nullptr)
        client.callbacks.waits_for(client.callbacks.user, client.fd, events);
}

void close_socket(line_client& client) {
    if (client.fd < 0)
        return;
    client.callbacks.cleanup(client.callbacks.user, client.fd);
    ::close(client.fd);
    client.fd = -1;
    client.events = line_client_nothing;
}

void end(line_client& client, int error) {
    close_socket(client);
    client.callbacks.ended(client.callbacks.user, error);
}

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

void finish_connect(line_client& client) {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(client.fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0)
        end(client, error);
    client.connecting = false;
}

void write_some(line_client& client) {
    const auto sent = ::send(client.fd, client.output.data(), client.output.size(), MSG_NOSIGNAL);
    if (sent >= 0)
        client.output.erase(0, static_cast<std::size_t>(sent));
    else if (!would_block(errno))
        end(client, errno);
}

void read_some(line_client& client) {
    std::array<char, 4096> buffer;
    const auto got = ::recv(client.fd, buffer.data(), buffer.size(), 0);
    if (got <= 0) {
        if (got == 0 || !would_block(errno))
            end(client, got == 0 ? 0 : errno);
        return;
    }
    client.input.append(buffer.data(), static_cast<std::size_t>(got));
    for (auto place = client.input.find('\n'); place != std::string::npos && !client.doomed;
         place = client.input.find('\n')) {
        const auto line = client.input.substr(0, place);
        client.input.erase(0, place + 1);
        client.callbacks.line(client.callbacks.user, line.c_str());
    }
}

} // namespace

line_client* line_client_open(const struct sockaddr* server, socklen_t size,
                              const line_client_callbacks* callbacks) {
    const int fd = ::socket(server->sa_family, SOCK_STREAM, 0);
    if (fd < 0)
        return nullptr;
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    ::fcntl(fd, F_SETFL, O_NONBLOCK);
    if (::connect(fd, server, size) < 0 && errno != EINPROGRESS) {
        const int error = errno;
        ::close(fd);
        errno = error;
        return nullptr;
    }
    auto* client = new line_client{.callbacks = *callbacks, .fd = fd};
    update(*client);
    return client;
}

void line_client_free(line_client* client) {
    close_socket(*client);
    client->doomed = true;
    if (!client->inside)
        delete client;
}

void line_client_send(line_client* client, const char* text) {
    if (client->fd < 0)
        return;
    client->output += std::string(text) + '\n';
    if (!client->inside)
        update(*client);
}

void line_client_handle(line_client* client, int events) {
    client->inside = true;
    if (client->connecting && client->fd >= 0)
        finish_connect(*client);
    if (client->fd >= 0 && !client->doomed && (events & line_client_input) != 0)
        read_some(*client);
    if (client->fd >= 0 && !client->doomed && !client->output.empty())
        write_some(*client);
    client->inside = false;
    if (client->doomed)
        delete client;
    else
        update(*client);
}

int line_client_socket(const line_client* client) { return client->fd; }

int line_client_waits_for(const line_client* client) { return client->events; }
