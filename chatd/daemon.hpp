#pragma once

#include "chatd/bans/state_lock.hpp"
#include "chatd/config/configuration.hpp"
#include "chatd/config/reload.hpp"
#include "chatd/control/control_socket.hpp"
#include "chatd/gradual_drain.hpp"
#include "chatd/log.hpp"
#include "chatd/metrics/abort_dump.hpp"
#include "chatd/metrics/monitor.hpp"
#include "chatd/server.hpp"
#include "chatd/service/inherited_sockets.hpp"
#include "chatd/service/service_notices.hpp"
#include "chatd/upgrade/handing.hpp"
#include "chatd/upgrade/keeper.hpp"
#include "chatd/upgrade/upgrader.hpp"

#include <reactor/loop.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace chatd {

/// What made the daemon stop.
enum class stop_reason : std::uint8_t {
    signal,  ///< SIGTERM or SIGINT.
    control, ///< `chatctl stop`.
    drain,   ///< A gradual drain has ended all sessions.
};

/// The running process: the loop, the log, the service, and what an administrator does to them, by
/// a signal or otherwise.
///
/// One for each process: while it runs, SIGTERM and SIGINT stop it, SIGHUP is a reload, and
/// SIGUSR2 an upgrade.
class daemon {
public:
    /// Raises the descriptor limit to what the configuration needs, and takes over the descriptors
    /// that a service manager gave to this process; what is wrong with those is thrown as
    /// std::system_error.
    daemon(const configuration& chosen, const server_storage& storage);

    /// Starts listening, on the inherited sockets if there are any, else where the configuration
    /// says, for clients, metrics and control each; false with a sentence in `why` that names
    /// address, reason and remedy.  After an upgrade in place each thing that fails is only
    /// logged: whatever else can be had is, the listening sockets and the bans of before too.  A
    /// control socket that cannot be made is an error in the log, and the service goes on.
    [[nodiscard]] bool listen(std::string& why);
    /// Says on standard output where it listens, serves until it is stopped, and drains.
    void run();

    /// Lets everything end well: `server::drain`; or, where the service manager keeps sessions for
    /// the next process, leaves them to it, as `keeper`, unless a `drain` was under way.  Nothing
    /// happens when it is stopping already; only a second signal ends the process at once, with
    /// status 1.
    void stop(stop_reason why) { end(why, drain_.running()); }

    /// Reads the configuration anew, and brings it into force, all or nothing: with a mistake
    /// everything stays as it was.  Options that only a restart can change keep their values.  No
    /// session is closed.  The log tells what became of it.
    reload_result reload();
    [[nodiscard]] const configuration& config() const noexcept { return config_; }

    /// Stops accepting, ends so many sessions a second, then stops for good: nothing is left to a
    /// next process.
    void drain(std::uint32_t rate);
    /// Whether it is about to end, by `stop` or `drain`.
    [[nodiscard]] bool draining() const noexcept { return stopping_ || drain_.running(); }
    /// When it was made, as `loop().now()`.
    [[nodiscard]] std::chrono::nanoseconds started() const noexcept { return started_; }

    /// Lets the program in `binary` go on with everything in this process's place: as
    /// `upgrader::start`.
    void upgrade(const std::string& binary, upgrader::report failed);

    [[nodiscard]] reactor::loop& loop() noexcept { return loop_; }
    [[nodiscard]] logger& log() noexcept { return log_; }
    [[nodiscard]] server& service() noexcept { return service_; }

private:
    [[nodiscard]] bool open_state(std::string& why);
    [[nodiscard]] bool open_listeners(std::string& why);
    [[nodiscard]] std::string status() const;
    void close_unused_sockets();
    void apply(const options& chosen);
    [[nodiscard]] bool open_metrics(std::string& why);
    void open_control();
    [[nodiscard]] std::vector<named_socket> inherited_elsewhere() const;
    void stop_by_signal();
    void end(stop_reason why, bool for_good);
    void keep_sessions();

    configuration config_;
    state_lock state_lock_;
    logger log_;
    reactor::loop loop_;
    abort_dump abort_dump_;
    server service_;
    monitor monitor_;
    inherited_sockets inherited_;
    service_notices notices_;
    control::control_socket control_;
    gradual_drain drain_;
    std::chrono::nanoseconds started_;
    handed_things handed_;
    upgrader upgrader_;
    keeper keeper_;
    bool bans_read_ = false; // from a file
    bool stopping_ = false;
    bool signalled_ = false; // by one that stops it
};

/// The whole life of the daemon, from the configuration to the exit status: 0 after a
/// stop, 1 when it could not listen (said in one line on standard error).
[[nodiscard]] int run_daemon(const configuration& chosen, const server_storage& storage = {});

} // namespace chatd
