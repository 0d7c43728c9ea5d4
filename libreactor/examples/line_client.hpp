// Stands for somebody else's client library, as hiredis, libpq or curl are: it has a socket of its
// own, reads and writes it by itself, and leaves it to its user to wait until that can be done.  It
// knows nothing of reactor.
//
// It offers both ways in which such libraries are told when:
//   - it says by a callback what it waits for, whenever that changes (hiredis, curl), or
//   - its user asks what it waits for, after each call (libpq).
#pragma once

#include <sys/socket.h>

extern "C" {

struct line_client;

/// What a client waits for; a set of bits.
enum line_client_events { line_client_nothing = 0, line_client_input = 1, line_client_room = 2 };

struct line_client_callbacks {
    void* user;
    /// What it waits for has changed.  May be null: ask `line_client_waits_for`.
    void (*waits_for)(void* user, int fd, int events);
    /// It is about to close its socket.
    void (*cleanup)(void* user, int fd);
    /// A line from the server, without its end.
    void (*line)(void* user, const char* text);
    /// The connection has ended; `error` is an errno, or 0.  The client must still be freed.
    void (*ended)(void* user, int error);
};

/// Starts connecting; null when that fails at once, with errno.
line_client* line_client_open(const struct sockaddr* server, socklen_t size,
                              const line_client_callbacks* callbacks);
/// Frees it, also inside a callback of its own; `cleanup` comes first if it has a socket.
void line_client_free(line_client* client);

/// Queues a line.
void line_client_send(line_client* client, const char* text);

/// Does what can be done now: call it when the socket is ready for what it waits for.
void line_client_handle(line_client* client, int events);
int line_client_socket(const line_client* client);
int line_client_waits_for(const line_client* client);
}
