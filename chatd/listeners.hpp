#pragma once

#include "chatd/limits.hpp"
#include "chatd/log.hpp"

#include <reactor/dispatcher.hpp>
#include <reactor/endpoint.hpp>
#include <reactor/unique_fd.hpp>

#include <sys/types.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace chatd {

/// Where to listen, as the command line says it.
struct listen_spec {
    /// `localhost:PORT`: 127.0.0.1 and ::1 with one port; `address` is 127.0.0.1 with that port
    /// then.
    bool localhost = false;
    reactor::endpoint address;

    /// Reads `localhost:PORT`, `ADDRESS:PORT`, `[ADDRESS]:PORT` or `unix:PATH`; port 0 lets the
    /// system choose. Empty when `text` is none of these; then `why`, if given, says in one phrase
    /// what is wrong.
    [[nodiscard]] static std::optional<listen_spec> parse(std::string_view text,
                                                          std::string* why = nullptr);
    /// The form that `parse` reads.
    [[nodiscard]] std::string to_string() const;
};

/// Gets what listeners accept.
class acceptor {
public:
    /// @param peer  no path for a UNIX peer.  On the loop's thread, from the listener's handler;
    /// what it throws
    ///              goes to `loop::on_error`.
    virtual void connection_accepted(reactor::unique_fd fd, const reactor::endpoint& peer) = 0;

protected:
    ~acceptor() = default;
};

/// One listening socket.  Connections that a TCP one accepts have the options of the listener: no
/// delay, keep-alive, user timeout, and no more than the soft limit unsent in the kernel.
///
/// A UNIX socket's file has the permissions that the process's umask leaves (0777 less the umask):
/// restrict access by the umask or by the directory.  A file that was left behind is replaced if it
/// is a socket on which nobody answers; the listener's own is removed when it closes, unless
/// somebody has replaced it meanwhile.
class listener final : public reactor::dispatcher {
public:
    /// All three references must outlive the listener; `limit` may change, see `limits_changed`.
    listener(reactor::loop& owner, const limits& limit, acceptor& target, logger& log);
    ~listener() override;

    /// Binds and listens.  On failure nothing is open and `ec` says why; `already_connected` means
    /// that another process answers on a UNIX path.
    void open(const reactor::endpoint& address, std::error_code& ec);
    /// Takes over what listens already; refuses and closes what does not, as `set_listener`.
    void adopt(reactor::unique_fd listening, std::error_code& ec);
    /// As `adopt`; the file of a UNIX socket is this listener's from now on.
    void take_over(reactor::unique_fd listening, std::error_code& ec);
    /// Closes the socket here and leaves its file.
    void let_go() noexcept { (void)give_back(); }
    /// Whether it came by `take_over`.
    [[nodiscard]] bool taken_over() const noexcept { return taken_over_; }
    /// The socket, which listens on, and its file, which stays.
    [[nodiscard]] reactor::unique_fd give_back() noexcept;
    /// The limits are others now; what it accepts has them.
    void limits_changed(const limits& before);
    /// Stops listening.  Peers that wait to be accepted are reset.
    void stop() noexcept;

    /// Where it listens, the system's choice of a port included.
    [[nodiscard]] const reactor::endpoint& address() const noexcept { return address_; }

    [[nodiscard]] const char* class_name() const noexcept override { return "listener"; }

private:
    void handle_accepted(reactor::unique_fd fd, const reactor::endpoint& peer) override;
    void handle_accept_error(std::error_code ec) override;
    void handle_close(std::error_code ec) override;

    void start(const reactor::endpoint& address, std::error_code& ec);
    void note_socket_file(const std::string& path);
    void note_options(std::error_code failed);
    void remove_socket_file() noexcept;

    const limits& limit_;
    acceptor& acceptor_;
    logger& log_;
    reactor::endpoint address_;
    log_episode errors_; // of accepting
    bool taken_over_ = false;
    std::string socket_file_; // made by this listener, if any
    dev_t file_device_ = 0;
    ino_t file_number_ = 0;
};

/// All listening sockets of the daemon.
class listener_set {
public:
    /// All references must outlive the set.
    listener_set(reactor::loop& owner, const limits& limit, acceptor& target, logger& log);

    /// Opens every spec, in order.  Of the two addresses of `localhost` one may fail, which is
    /// logged.  Tells in the log how to be reached from other machines if only this one can
    /// connect.
    /// @param why  gets a sentence with address, reason and remedy on failure.
    /// @return     false on failure; then nothing is open.
    [[nodiscard]] bool open(std::span<const listen_spec> specs, std::string& why);
    /// Takes over sockets that listen already (`inherited_sockets`), with the options that its own
    /// would have.  Whoever holds them too keeps them open when the set closes.
    /// @param why  as in `open`.
    /// @return     as `open`.
    [[nodiscard]] bool adopt(std::vector<reactor::unique_fd> listening, std::string& why);
    /// Sockets that listen already: `open` uses those at the addresses that it is asked for, and
    /// closes the others.  If `open` fails, they are as before.
    void take_over(std::vector<reactor::unique_fd> handed) { handed_ = std::move(handed); }
    /// Listens on all of them, wherever that is, and logs what fails.
    void open_handed();
    /// Whether connections wait to be accepted until this is called again.
    void pause(bool on) noexcept;
    /// The listening sockets, which stay here.
    [[nodiscard]] std::vector<int> descriptors() const;
    /// Whether they came by `adopt`.
    [[nodiscard]] bool adopted() const noexcept { return adopted_; }
    /// Closes the sockets here without a trace: another process has them, and their files.
    void let_go() noexcept;
    /// The limits are others now; connections that are accepted from here on have them.
    void limits_changed(const limits& before);
    /// Stops listening everywhere.  Connections that were accepted live on.
    void close_all() noexcept;

    /// Whether somebody new can connect.
    [[nodiscard]] bool accepting() const noexcept {
        return std::any_of(listeners_.begin(), listeners_.end(),
                           [](const auto& one) { return one->accepting(); });
    }
    /// Where it listens, in the order of opening.
    [[nodiscard]] std::vector<reactor::endpoint> addresses() const;
    /// `listening on 127.0.0.1:6666, [::1]:6666 (connect with: nc 127.0.0.1 6666)`, without
    /// newline.
    [[nodiscard]] std::string ready_line() const;

private:
    [[nodiscard]] bool open_localhost(const listen_spec& spec, std::string& why);
    [[nodiscard]] bool open_one(const reactor::endpoint& address, std::error_code& ec);
    [[nodiscard]] reactor::unique_fd take_handed(const reactor::endpoint& address);
    void undo_open();
    void close_last() noexcept;
    void tell_how_to_open() const;

    reactor::loop& loop_;
    const limits& limit_;
    acceptor& acceptor_;
    logger& log_;
    std::vector<std::unique_ptr<listener>> listeners_;
    std::vector<reactor::unique_fd> handed_;
    bool adopted_ = false;
};

/// What went wrong when listening on `address`, in one sentence that names the remedy where there
/// is one.
[[nodiscard]] std::string listen_error(const std::string& address, std::error_code ec);

} // namespace chatd
