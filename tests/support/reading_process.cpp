#include "support/reading_process.hpp"

#include "support/socket_pair.hpp"
#include "support/wait_until.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <utility>
#include <vector>

namespace support {

namespace {

constexpr int pause_ms = 2;

/// Room for one descriptor beside a message, aligned as the kernel wants it.
union beside {
    cmsghdr header;
    std::array<char, CMSG_SPACE(sizeof(int))> space;
};

msghdr message_of(iovec& byte, beside& extra) {
    msghdr message{};
    message.msg_iov = &byte;
    message.msg_iovlen = 1;
    message.msg_control = extra.space.data();
    message.msg_controllen = extra.space.size();
    return message;
}

/// -1 when none waits, -2 at the end.
int take_socket(int control) {
    char byte = 0;
    iovec piece{&byte, 1};
    beside extra{};
    msghdr message = message_of(piece, extra);
    const auto got = ::recvmsg(control, &message, MSG_DONTWAIT);
    if (got <= 0)
        return got == 0 ? -2 : -1;
    int socket = -1;
    std::memcpy(&socket, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof socket);
    return socket;
}

[[noreturn]] void read_for_ever(int control) {
    static std::array<char, 1 << 20> nowhere;
    std::vector<int> sockets;
    for (;;) {
        int taken = take_socket(control);
        for (; taken >= 0; taken = take_socket(control))
            sockets.push_back(taken);
        if (taken == -2)
            ::_exit(0);
        for (const int socket : sockets)
            while (::recv(socket, nowhere.data(), nowhere.size(), MSG_DONTWAIT) > 0) {}
        ::poll(nullptr, 0, pause_ms);
    }
}

} // namespace

reading_process::reading_process() {
    auto pair = make_socket_pair(AF_UNIX);
    child_ = ::fork();
    if (child_ < 0)
        throw failure("cannot fork");
    if (child_ == 0) {
        pair.ours.reset();
        read_for_ever(pair.theirs.get());
    }
    control_ = std::move(pair.ours);
}

reading_process::~reading_process() {
    control_.reset();
    ::waitpid(child_, nullptr, 0);
}

void reading_process::give(reactor::unique_fd socket) {
    char byte = 0;
    iovec piece{&byte, 1};
    beside extra{};
    msghdr message = message_of(piece, extra);
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    const int number = socket.get();
    std::memcpy(CMSG_DATA(header), &number, sizeof number);
    if (::sendmsg(control_.get(), &message, MSG_NOSIGNAL) != 1)
        throw failure("the reading process takes no more");
}

} // namespace support
