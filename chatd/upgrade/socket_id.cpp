#include "chatd/upgrade/socket_id.hpp"

#include <sys/socket.h>
#include <sys/stat.h>

namespace chatd {

namespace {

/// -1 when `fd` has no such option.
int option_of(int fd, int option) noexcept {
    int value = 0;
    socklen_t size = sizeof value;
    return ::getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

} // namespace

socket_id identify(int fd) noexcept {
    socket_id id{fd, 0};
#ifdef SO_COOKIE
    socklen_t size = sizeof id.cookie;
    if (::getsockopt(fd, SOL_SOCKET, SO_COOKIE, &id.cookie, &size) == 0)
        return id;
#endif
    struct stat file {};
    if (::fstat(fd, &file) == 0 && S_ISSOCK(file.st_mode))
        id.cookie = file.st_ino;
    return id;
}

bool is_listening(int fd) noexcept {
    return option_of(fd, SO_TYPE) == SOCK_STREAM && option_of(fd, SO_ACCEPTCONN) == 1;
}

bool is_connection(int fd) noexcept {
    return option_of(fd, SO_TYPE) == SOCK_STREAM && option_of(fd, SO_ACCEPTCONN) == 0;
}

} // namespace chatd
