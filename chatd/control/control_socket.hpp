#pragma once

#include "chatd/control/control_session.hpp"
#include "chatd/listeners.hpp"

#include <reactor/endpoint.hpp>
#include <reactor/unique_fd.hpp>

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

namespace chatd {
class daemon;
}

namespace chatd::control {

/// The UNIX socket by which administrators talk to the daemon, and its connections.
///
/// Its file has mode 0660: root, the daemon's user and its group may connect.  Whoever else gets
/// through (somebody has changed the mode) is turned away by what the system says of the peer.
class control_socket final : private acceptor {
public:
    /// `process` must outlive the socket.
    explicit control_socket(daemon& process, const control_limits& limit = {});

    /// Makes the socket at `path`.  One that was left behind is replaced; a file that is no socket,
    /// and a socket on which somebody answers, stay.
    /// @return  false with a sentence in `why` that names path, reason and remedy.
    [[nodiscard]] bool open(const std::string& path, std::string& why);
    /// Takes over a UNIX socket that listens already, whose file stays as it is for good.
    /// @return  false with a sentence in `why`, as `open`.
    [[nodiscard]] bool adopt(reactor::unique_fd listening, std::string& why);
    /// The socket that came by `adopt`, which stays here; -1 if none did.
    [[nodiscard]] int adopted() const noexcept;
    /// Stops listening and lets the connections end when they have had their answers.
    void stop();

    [[nodiscard]] std::size_t sessions() const noexcept { return sessions_.size(); }

    // --- for sessions ---
    [[nodiscard]] const control_limits& limit() const noexcept { return limit_; }
    void session_ended(const control_session& ended) noexcept;

private:
    void connection_accepted(reactor::unique_fd fd, const reactor::endpoint& peer) override;
    [[nodiscard]] std::unique_ptr<listener> make_listener();
    void note_group(const std::string& path);
    void refuse(reactor::unique_fd fd, const peer_process& peer, const std::string& why);

    daemon& process_;
    control_limits limit_;
    std::unique_ptr<listener> listener_; // null until it was opened
    bool adopted_ = false;
    gid_t group_ = 0; // of the socket's file
    std::vector<control_session*> sessions_;
    log_episode refusals_;
};

/// Whether the peer is root, this process's user or a member of `group`, by its first or by one of
/// its other groups.
[[nodiscard]] bool may_control(int fd, const peer_process& peer, gid_t group);

} // namespace chatd::control
