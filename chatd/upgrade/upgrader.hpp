#pragma once

#include "chatd/upgrade/candidate.hpp"
#include "chatd/upgrade/handing.hpp"
#include "chatd/upgrade/predecessor.hpp"

#include <reactor/fwd.hpp>
#include <reactor/unique_function.hpp>

#include <optional>
#include <string>
#include <vector>

namespace chatd {

class logger;
class server;

/// Puts another binary in this process's place, and every session goes on in it.
///
/// The binary is asked first; when anything fails, this process serves on as if nothing had been.
/// Loop's thread.
class upgrader {
public:
    /// @param why  what failed, one sentence.
    using report = reactor::unique_function<void(const std::string& why)>;

    /// Gives the inherited sockets that go along beside the server's.
    using socket_list = reactor::unique_function<std::vector<named_socket>()>;

    /// All must outlive it.
    /// @param words   the command line that the binary gets, without the program's name.
    /// @param others  asked at the last moment.
    upgrader(reactor::loop& owner, server& service, logger& log, std::vector<std::string> words,
             socket_list others);

    /// Does not return when all goes well and the binary has been asked.
    /// @param binary  its path; empty: the file that this program was started from, as it is now.
    /// @param failed  comes once if this process stays, by the loop or inside this call.
    void start(const std::string& binary, report failed);
    /// This process is about to end: what was started fails.
    void cancel();

private:
    /// Has consented.
    struct successor {
        std::string binary;
        report failed;
    };

    void fail(successor& one, const std::string& why);
    void serve_signals();
    void go_on();
    [[nodiscard]] std::string become(const std::string& binary);

    reactor::loop& loop_;
    server& service_;
    logger& log_;
    std::vector<std::string> words_;
    socket_list others_;
    std::string own_path_;
    candidate candidate_;
    std::optional<successor> next_; // while signals wait for it
};

} // namespace chatd
