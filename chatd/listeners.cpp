#include "chatd/listeners.hpp"

#include "chatd/service/inherited_sockets.hpp"
#include "chatd/tcp_options.hpp"

#include <reactor/loop.hpp>
#include <reactor/socket_options.hpp>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace chatd {

namespace {

constexpr std::string_view localhost_prefix = "localhost:";
constexpr int port_attempts = 16;

std::error_code last_error() noexcept { return {errno, std::generic_category()}; }

bool is_unix(const reactor::endpoint& address) noexcept { return address.family() == AF_UNIX; }

/// The path of a UNIX address that has one; empty for abstract and unnamed ones.
std::string path_of(const reactor::endpoint& address) {
    constexpr std::string_view prefix = "unix:";
    const std::string text = is_unix(address) ? address.to_string() : std::string{};
    if (!text.starts_with(prefix) || text.starts_with("unix:@"))
        return {};
    return text.substr(prefix.size());
}

/// Makes way for a socket at `path`: removes one on which nobody answers.
void remove_stale_socket(const reactor::endpoint& address, const std::string& path,
                         std::error_code& ec) {
    struct stat file {};
    if (::lstat(path.c_str(), &file) != 0)
        return; // nothing there, or bind() tells what is wrong
    if (!S_ISSOCK(file.st_mode)) {
        ec = std::make_error_code(std::errc::file_exists);
        return;
    }
    const reactor::unique_fd probe{
        ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!probe) {
        ec = last_error();
        return;
    }
    if (::connect(probe.get(), address.native(), address.native_size()) == 0 || errno == EAGAIN)
        ec = std::make_error_code(std::errc::already_connected);
    else if (errno != ECONNREFUSED)
        ec = last_error();
    else if (::unlink(path.c_str()) != 0)
        ec = last_error();
}

/// The command that reaches `address` from this machine.
std::string connect_command(const reactor::endpoint& address) {
    const std::string text = address.to_string();
    if (is_unix(address))
        return text.starts_with("unix:@") ? "socat - ABSTRACT-CONNECT:" + text.substr(6)
                                          : "nc -U " + path_of(address);
    std::string host = text.substr(0, text.rfind(':'));
    if (host.starts_with('['))
        host = host.substr(1, host.size() - 2);
    if (host == "0.0.0.0")
        host = "127.0.0.1";
    else if (host == "::")
        host = "::1";
    return "nc " + host + " " + std::to_string(address.port());
}

} // namespace

std::optional<listen_spec> listen_spec::parse(std::string_view text, std::string* why) {
    listen_spec spec;
    std::string numeric{text};
    if (text.starts_with(localhost_prefix)) {
        spec.localhost = true;
        numeric = "127.0.0.1:" + std::string{text.substr(localhost_prefix.size())};
    }
    const auto address = reactor::endpoint::parse(numeric, why);
    if (!address)
        return std::nullopt;
    spec.address = *address;
    return spec;
}

std::string listen_spec::to_string() const {
    return localhost ? std::string{localhost_prefix} + std::to_string(address.port())
                     : address.to_string();
}

std::string listen_error(const std::string& address, std::error_code ec) {
    std::string text = "cannot listen on " + address + ": ";
    if (ec == std::errc::address_in_use)
        return text + "the address is in use; stop the other server, or choose another port with "
                      "--listen (port 0: any free one)";
    if (ec == std::errc::permission_denied && !address.starts_with("unix:"))
        return text +
               "ports below 1024 are for privileged users; choose a greater one with --listen";
    if (ec == std::errc::address_not_available)
        return text + "this machine has no such address; 0.0.0.0 and [::] stand for all it has";
    if (ec == std::errc::already_connected)
        return text + "another server answers there; stop it or choose another path with --listen";
    if (ec == std::errc::no_such_file_or_directory)
        return text + "the directory does not exist";
    if (ec == std::errc::file_exists)
        return text +
               "a file that is not a socket is in the way; choose another path with --listen";
    return text + ec.message();
}

listener::listener(reactor::loop& owner, const limits& limit, acceptor& target, logger& log)
    : dispatcher(owner), limit_(limit), acceptor_(target), log_(log) {}

listener::~listener() { remove_socket_file(); }

void listener::open(const reactor::endpoint& address, std::error_code& ec) {
    ec.clear();
    create_socket(address.family(), SOCK_STREAM, ec);
    if (ec)
        return;
    start(address, ec);
    if (!ec)
        return;
    detach().reset(); // not close(): a socket that never listened has no end to tell of
    remove_socket_file();
}

void listener::adopt(reactor::unique_fd listening, std::error_code& ec) {
    ec.clear();
    set_listener(std::move(listening), ec);
    if (ec)
        return;
    address_ = local_address();
    if (!is_unix(address_))
        note_options(set_tcp_options(fileno(), limit_));
}

void listener::start(const reactor::endpoint& address, std::error_code& ec) {
    const std::string path = path_of(address);
    if (!path.empty())
        remove_stale_socket(address, path, ec);
    if (!ec && !is_unix(address))
        set_reuse_addr(ec);
    if (!ec && address.family() == AF_INET6)
        ec = reactor::set_v6_only(fileno(), true);
    if (!ec)
        bind(address, ec);
    if (ec)
        return;
    note_socket_file(path);
    if (!is_unix(address))
        note_options(set_tcp_options(fileno(), limit_));
    listen(SOMAXCONN, ec);
    if (!ec)
        address_ = local_address();
}

void listener::take_over(reactor::unique_fd listening, std::error_code& ec) {
    adopt(std::move(listening), ec);
    taken_over_ = !ec;
    if (taken_over_)
        note_socket_file(path_of(address_));
}

void listener::note_socket_file(const std::string& path) {
    struct stat file {};
    if (path.empty() || ::lstat(path.c_str(), &file) != 0)
        return;
    socket_file_ = path;
    file_device_ = file.st_dev;
    file_number_ = file.st_ino;
}

void listener::note_options(std::error_code failed) {
    if (failed)
        log_.warning("socket_option_failed", {{"reason", failed.message()}});
}

void listener::limits_changed(const limits& before) {
    if (is_open() && !is_unix(address_))
        note_options(change_tcp_options(fileno(), before, limit_));
}

void listener::stop() noexcept {
    remove_socket_file();
    close();
}

void listener::remove_socket_file() noexcept {
    struct stat file {};
    if (socket_file_.empty() || ::lstat(socket_file_.c_str(), &file) != 0)
        return;
    if (file.st_dev == file_device_ && file.st_ino == file_number_)
        ::unlink(socket_file_.c_str());
    socket_file_.clear();
}

void listener::handle_accepted(reactor::unique_fd fd, const reactor::endpoint& peer) {
    acceptor_.connection_accepted(std::move(fd), peer);
}

void listener::handle_accept_error(std::error_code ec) {
    if (errors_.begins(owner().now()))
        log_.warning("accept_failed", {{"address", address_.to_string()},
                                       {"reason", ec.message()},
                                       {"unsaid", errors_.take_unsaid()}});
}

void listener::handle_close(std::error_code ec) {
    if (ec) // not our own doing
        log_.error("listener_closed",
                   {{"address", address_.to_string()}, {"reason", ec.message()}});
}

listener_set::listener_set(reactor::loop& owner, const limits& limit, acceptor& target, logger& log)
    : loop_(owner), limit_(limit), acceptor_(target), log_(log) {}

bool listener_set::open(std::span<const listen_spec> specs, std::string& why) {
    for (const listen_spec& spec : specs) {
        std::error_code ec;
        if (spec.localhost ? open_localhost(spec, why) : open_one(spec.address, ec))
            continue;
        if (!spec.localhost)
            why = listen_error(spec.to_string(), ec);
        undo_open();
        return false;
    }
    handed_.clear();
    tell_how_to_open();
    return true;
}

bool listener_set::adopt(std::vector<reactor::unique_fd> listening, std::string& why) {
    for (reactor::unique_fd& fd : listening) {
        const int number = fd.get();
        auto made = std::make_unique<listener>(loop_, limit_, acceptor_, log_);
        std::error_code ec;
        made->adopt(std::move(fd), ec);
        if (ec) {
            why = inherited_error(number, ec);
            close_all();
            listeners_.clear();
            return false;
        }
        listeners_.push_back(std::move(made));
    }
    adopted_ = true;
    return true;
}

bool listener_set::open_one(const reactor::endpoint& address, std::error_code& ec) {
    auto made = std::make_unique<listener>(loop_, limit_, acceptor_, log_);
    if (auto handed = take_handed(address))
        made->take_over(std::move(handed), ec);
    else
        made->open(address, ec);
    if (ec)
        return false;
    listeners_.push_back(std::move(made));
    return true;
}

bool listener_set::open_localhost(const listen_spec& spec, std::string& why) {
    for (int attempt = 1;; ++attempt) {
        std::error_code v4_error;
        std::error_code v6_error;
        const bool v4 = open_one(spec.address, v4_error);
        const auto port = v4 ? listeners_.back()->address().port() : spec.address.port();
        const auto v6_address = reactor::endpoint::loopback_v6(port);
        const bool v6 = open_one(v6_address, v6_error);
        const bool chosen_is_taken =
            v4 && spec.address.port() == 0 && !v6 && v6_error == std::errc::address_in_use;
        if (chosen_is_taken && attempt < port_attempts) {
            close_last(); // the system chose a port that is free on one side only
            continue;
        }
        if (!v4 && !v6) {
            why = listen_error(spec.to_string(), v4_error);
            return false;
        }
        if (!v4)
            log_.warning("listen_failed",
                         {{"reason", listen_error(spec.address.to_string(), v4_error)}});
        if (!v6)
            log_.warning("listen_failed",
                         {{"reason", listen_error(v6_address.to_string(), v6_error)}});
        return true;
    }
}

void listener_set::close_last() noexcept {
    listeners_.back()->stop();
    listeners_.pop_back();
}

void listener_set::limits_changed(const limits& before) {
    for (const auto& each : listeners_)
        each->limits_changed(before);
}

void listener_set::close_all() noexcept {
    for (const auto& one : listeners_)
        one->stop();
}

void listener_set::tell_how_to_open() const {
    const bool local = std::all_of(listeners_.begin(), listeners_.end(), [](const auto& one) {
        return one->address().is_loopback() && !is_unix(one->address());
    });
    if (!local || listeners_.empty())
        return;
    log_.info("local_only", {{"remedy", "to let other machines connect, listen on all addresses: "
                                        "--listen 0.0.0.0:" +
                                            std::to_string(listeners_.front()->address().port())}});
}

std::vector<reactor::endpoint> listener_set::addresses() const {
    std::vector<reactor::endpoint> all;
    for (const auto& one : listeners_)
        all.push_back(one->address());
    return all;
}

std::string listener_set::ready_line() const {
    std::string line = "listening on ";
    for (const auto& one : listeners_) {
        if (&one != &listeners_.front())
            line += ", ";
        line += one->address().to_string();
    }
    if (!listeners_.empty())
        line += " (connect with: " + connect_command(listeners_.front()->address()) + ")";
    return line;
}

} // namespace chatd
