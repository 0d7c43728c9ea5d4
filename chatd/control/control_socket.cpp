#include "chatd/control/control_socket.hpp"

#include "chatd/daemon.hpp"

#include <reactor/dispatcher.hpp>
#include <reactor/loop.hpp>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

namespace chatd::control {

namespace {

constexpr mode_t all_but_owner_and_group = 0117; // leaves 0660
constexpr int send_buffer = 32 * 1024;           // rows are made no faster than they are taken

/// From now on files are made with these permissions less, until this object goes.
class file_mask {
public:
    explicit file_mask(mode_t mask) noexcept : former_(::umask(mask)) {}
    ~file_mask() { ::umask(former_); }
    file_mask(const file_mask&) = delete;
    file_mask& operator=(const file_mask&) = delete;

private:
    mode_t former_;
};

std::string explain(const std::string& path, std::error_code ec) {
    std::string text = "no control socket at " + path + ": ";
    if (ec == std::errc::already_connected)
        return text + "another chatd answers there; stop it or choose another path with --control";
    if (ec == std::errc::file_exists)
        return text +
               "a file that is not a socket is in the way; choose another path with --control";
    if (ec == std::errc::no_such_file_or_directory)
        return text + "the directory does not exist; make it or choose another path with --control";
    if (ec == std::errc::permission_denied)
        return text + "this user may not write there; choose another path with --control";
    if (ec == std::errc::too_many_files_open)
        return text + "no descriptor is left; raise the limit on open files";
    return text + ec.message();
}

bool credentials_of(int fd, peer_process& peer) noexcept {
    ucred found{};
    socklen_t size = sizeof found;
    if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &found, &size) != 0)
        return false;
    peer = {.uid = found.uid, .gid = found.gid, .pid = found.pid};
    return true;
}

} // namespace

bool may_control(int fd, const peer_process& peer, gid_t group) {
    if (peer.uid == 0 || peer.uid == ::geteuid() || peer.gid == group)
        return true;
    std::array<gid_t, 64> few{};
    socklen_t size = sizeof few;
    if (::getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, few.data(), &size) == 0) {
        const std::span found{few.data(), size / sizeof(gid_t)};
        return std::find(found.begin(), found.end(), group) != found.end();
    }
    std::vector<gid_t> many(size / sizeof(gid_t)); // too many: `size` says how many
    if (size <= sizeof few || ::getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, many.data(), &size) != 0)
        return false;
    return std::find(many.begin(), many.end(), group) != many.end();
}

control_socket::control_socket(daemon& process, const control_limits& limit)
    : process_(process), limit_(limit) {}

bool control_socket::open(const std::string& path, std::string& why) {
    const auto address = reactor::endpoint::unix_path(path);
    if (address.family() != AF_UNIX || path.starts_with('@')) {
        why = "no control socket at '" + path +
              "': give the path of a file, of at most 107 bytes, with --control";
        return false;
    }
    auto made = make_listener();
    std::error_code ec;
    {
        const file_mask mask{all_but_owner_and_group};
        made->open(address, ec);
    }
    if (ec) {
        why = explain(path, ec);
        return false;
    }
    note_group(path);
    listener_ = std::move(made);
    return true;
}

bool control_socket::adopt(reactor::unique_fd listening, std::string& why) {
    auto made = make_listener();
    const int number = listening.get();
    std::error_code ec;
    made->adopt(std::move(listening), ec);
    if (ec) {
        why = "no control socket: " + inherited_error(number, ec);
        return false;
    }
    if (made->address().family() != AF_UNIX) {
        why = "no control socket: what was inherited for it listens on " +
              made->address().to_string() +
              ", where anybody may connect; hand over a UNIX socket (ListenStream=/PATH in the "
              "socket unit)";
        return false;
    }
    const std::string address = made->address().to_string();
    note_group(address.substr(std::string_view("unix:").size()));
    listener_ = std::move(made);
    adopted_ = true;
    return true;
}

int control_socket::adopted() const noexcept {
    return adopted_ && listener_->is_open() ? listener_->fileno() : -1;
}

std::unique_ptr<listener> control_socket::make_listener() {
    acceptor& target = *this;
    return std::make_unique<listener>(process_.loop(), process_.service().limit(), target,
                                      process_.log());
}

void control_socket::note_group(const std::string& path) {
    struct stat file {};
    group_ = ::lstat(path.c_str(), &file) == 0 ? file.st_gid : ::getegid();
}

void control_socket::stop() {
    if (listener_)
        listener_->stop();
    for (control_session* one : sessions_)
        one->finish();
}

void control_socket::connection_accepted(reactor::unique_fd fd, const reactor::endpoint&) {
    peer_process peer;
    if (!credentials_of(fd.get(), peer) || !may_control(fd.get(), peer, group_)) {
        refuse(std::move(fd), peer, "permission denied: be root or in the group of the socket");
        return;
    }
    if (sessions_.size() >= limit_.most_sessions) {
        refuse(std::move(fd), peer,
               "too many control connections: " + std::to_string(limit_.most_sessions) +
                   " are the most; try again later");
        return;
    }
    ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
    sessions_.reserve(sessions_.size() + 1);
    sessions_.push_back(
        &process_.loop().spawn<control_session>(*this, process_, std::move(fd), peer));
}

void control_socket::refuse(reactor::unique_fd fd, const peer_process& peer,
                            const std::string& why) {
    ++process_.service().count().control_refused;
    if (refusals_.begins(process_.loop().now()))
        process_.log().warning("control_refused", {{"uid", peer.uid},
                                                   {"pid", peer.pid},
                                                   {"reason", why},
                                                   {"unsaid", refusals_.take_unsaid()}});
    reactor::dispatcher turned_away(process_.loop(), std::move(fd));
    turned_away.send(".error " + why + "\n");
}

void control_socket::session_ended(const control_session& ended) noexcept {
    std::erase(sessions_, &ended);
}

} // namespace chatd::control
