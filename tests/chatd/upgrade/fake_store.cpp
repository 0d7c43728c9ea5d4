#include "chatd/upgrade/fake_store.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace support {

namespace {

constexpr std::size_t most_at_once = 253;

std::vector<int> descriptors_in(msghdr& message) {
    std::vector<int> fds;
    for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
         part = CMSG_NXTHDR(&message, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
            continue;
        fds.resize((part->cmsg_len - CMSG_LEN(0)) / sizeof(int));
        std::memcpy(fds.data(), CMSG_DATA(part), fds.size() * sizeof(int));
    }
    return fds;
}

void close_all(const std::vector<int>& fds) {
    for (const int fd : fds)
        ::close(fd);
}

/// The value of a line `KEY=VALUE`.
std::string value_of(const std::string& message, const std::string& key) {
    const std::string lines = "\n" + message + "\n";
    const auto at = lines.find("\n" + key + "=");
    if (at == std::string::npos)
        return {};
    const auto begin = at + key.size() + 2;
    return lines.substr(begin, lines.find('\n', begin) - begin);
}

} // namespace

fake_store::fake_store(std::size_t capacity)
    : capacity_(capacity), socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof(address.sun_path) - 1);
    if (::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
        throw std::system_error(errno, std::generic_category(), "bind " + path_);
    thread_ = std::thread([this] { serve(); });
}

fake_store::~fake_store() {
    ends_ = true;
    thread_.join();
    drop();
    ::close(socket_);
}

daemon_process::options fake_store::start() const {
    const std::lock_guard lock(mutex_);
    daemon_process::options chosen;
    chosen.environment = {"NOTIFY_SOCKET=" + path_, "FDSTORE=" + std::to_string(capacity_)};
    for (auto kept = kept_.rbegin(); kept != kept_.rend(); ++kept) { // the last one first
        chosen.inherited.push_back(kept->fd);
        chosen.inherited_names += (chosen.inherited_names.empty() ? "" : ":") + kept->name;
    }
    return chosen;
}

std::size_t fake_store::count(std::string_view name) const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::count_if(
        kept_.begin(), kept_.end(), [name](const entry& one) { return one.name == name; }));
}

void fake_store::lose(std::string_view name, std::size_t number) {
    const std::lock_guard lock(mutex_);
    for (auto i = kept_.size(); i > 0 && number > 0; --i) {
        if (kept_[i - 1].name != name)
            continue;
        ::close(kept_[i - 1].fd);
        kept_.erase(kept_.begin() + static_cast<std::ptrdiff_t>(i - 1));
        --number;
    }
}

void fake_store::add(std::string_view name, int fd) {
    const std::lock_guard lock(mutex_);
    kept_.push_back({std::string(name), ::fcntl(fd, F_DUPFD_CLOEXEC, 3)});
}

void fake_store::drop() {
    const std::lock_guard lock(mutex_);
    for (const entry& one : kept_)
        ::close(one.fd);
    kept_.clear();
}

void fake_store::serve() {
    pollfd waited{socket_, POLLIN, 0};
    while (!ends_)
        if (::poll(&waited, 1, 10) == 1)
            take_message();
}

void fake_store::take_message() {
    std::array<char, 4096> text{};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(most_at_once * sizeof(int))> control{};
    iovec piece{text.data(), text.size()};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t size = ::recvmsg(socket_, &message, MSG_CMSG_CLOEXEC);
    if (size > 0)
        obey({text.data(), static_cast<std::size_t>(size)}, descriptors_in(message));
}

void fake_store::obey(const std::string& message, const std::vector<int>& fds) {
    const std::lock_guard lock(mutex_);
    const std::string name = value_of(message, "FDNAME");
    if (value_of(message, "FDSTORE") == "1") {
        for (const int fd : fds) {
            if (kept_.size() < capacity_)
                kept_.push_back({name, fd});
            else
                ::close(fd);
        }
        return;
    }
    if (value_of(message, "FDSTOREREMOVE") == "1")
        std::erase_if(kept_, [&](const entry& one) {
            if (one.name == name)
                ::close(one.fd);
            return one.name == name;
        });
    close_all(fds);
}

} // namespace support
