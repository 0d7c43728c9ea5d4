#include "chatd/daemon.hpp"

#include "chatd/admission.hpp"
#include "chatd/upgrade/predecessor.hpp"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

namespace chatd {

namespace {

/// As many connections as there can be descriptors for.
limits fitted(const limits& wanted, logger& log) {
    limits fit = wanted;
    fit.max_connections = connections_that_fit(wanted.max_connections);
    if (fit.max_connections < wanted.max_connections)
        log.warning("fewer_connections", {{"wanted", wanted.max_connections},
                                          {"possible", fit.max_connections},
                                          {"reason", "descriptor_limit"}});
    return fit;
}

/// Who asks something waits for at most so much of a round through a large room.  That costs the
/// room nothing: what is said meanwhile goes out by the same sends.
reactor::loop_options short_turns() {
    reactor::loop_options chosen;
    chosen.flush_sends = 64;
    chosen.accept_budget = 16;
    chosen.dispatch_time = std::chrono::microseconds{500};
    return chosen;
}

std::string_view name_of(stop_reason why) noexcept {
    switch (why) {
    case stop_reason::control:
        return "control";
    case stop_reason::drain:
        return "drain";
    case stop_reason::signal:
        break;
    }
    return "signal";
}

/// The last line: how the loop did, and who did not get all.
void log_stop(logger& log, const reactor::counters& all, std::uint64_t cut) {
    using std::chrono::microseconds;
    log.info("stop", {{"iterations", all.iterations},
                      {"longest_iteration_us",
                       std::chrono::ceil<microseconds>(all.longest_iteration).count()},
                      {"cut", cut}});
}

} // namespace

daemon::daemon(const configuration& chosen, const server_storage& storage)
    : config_(chosen), log_(config_.values.log), loop_(short_turns()),
      abort_dump_(loop_.recorder()),
      service_(loop_, fitted(config_.values.limit, log_), log_, storage),
      monitor_(loop_, service_.limit(), log_, service_),
      inherited_(inherited_sockets::of_this_process()),
      notices_(loop_, [this] { return status(); }), control_(*this),
      drain_(service_, [this] { end(stop_reason::drain, true); }), started_(loop_.now()),
      handed_(handed_things::of_this_process(inherited_, loop_.now(), log_)),
      upgrader_(loop_, service_, log_, config_.words, [this] { return inherited_elsewhere(); }),
      keeper_(loop_, service_, log_) {}

bool daemon::open_state(std::string& why) {
    const std::string& directory = config_.values.state_directory;
    if (directory.empty())
        return true;
    const std::string file = directory + "/bans";
    std::error_code unknown;
    const bool present = std::filesystem::exists(file, unknown);
    if (!state_lock_.take(directory, why) || !service_.bans().open(file, loop_.now(), why))
        return false;
    bans_read_ = present;
    return true;
}

bool daemon::listen(std::string& why) {
    const bool goes_on = handed_.in_place(); // then a failure costs nobody a session
    if (!open_state(why)) {
        if (!goes_on)
            return false;
        log_.error("state_unavailable", {{"reason", why}});
    }
    if (!open_listeners(why)) {
        if (!goes_on)
            return false;
        log_.error("not_listening", {{"reason", why}});
    }
    if (!open_metrics(why)) {
        if (!goes_on)
            return false;
        log_.error("metrics_unavailable", {{"reason", why}});
    }
    open_control();
    close_unused_sockets();
    return true;
}

bool daemon::open_listeners(std::string& why) {
    auto inherited = inherited_.take(socket_name::chat);
    for (reactor::unique_fd& fd : inherited_.take(socket_name::unnamed))
        inherited.push_back(std::move(fd));
    auto handed = handed_.take_listeners();
    if (inherited.empty() && handed_.adopted())
        inherited = std::exchange(handed, {});
    service_.listeners().take_over(std::move(handed));
    const bool listens = inherited.empty() ? service_.listen(config_.values.listen, why)
                                           : service_.adopt(std::move(inherited), why);
    if (!listens && handed_.in_place())
        service_.listeners().open_handed();
    return listens;
}

bool daemon::open_metrics(std::string& why) {
    auto inherited = inherited_.take(socket_name::metrics);
    return inherited.empty() ? monitor_.listen(config_.values.metrics, why)
                             : monitor_.adopt(std::move(inherited), why);
}

void daemon::open_control() {
    auto inherited = inherited_.take(socket_name::control);
    const std::string& path = config_.values.control;
    std::string why;
    if (inherited.size() > 1)
        why = "no control socket: more than one was inherited; hand over one";
    else if (!inherited.empty())
        (void)control_.adopt(std::move(inherited.front()), why);
    else if (!path.empty())
        (void)control_.open(path, why);
    if (!why.empty())
        log_.error("control_unavailable", {{"reason", why}});
}

std::vector<named_socket> daemon::inherited_elsewhere() const {
    std::vector<named_socket> all;
    for (const int fd : monitor_.http().adopted())
        all.push_back({socket_name::metrics, fd});
    if (const int fd = control_.adopted(); fd >= 0)
        all.push_back({socket_name::control, fd});
    return all;
}

void daemon::close_unused_sockets() {
    for (const std::string& name : inherited_.left())
        log_.warning("inherited_socket_unused", {{"name", name}});
    inherited_ = {};
}

std::string daemon::status() const {
    return std::to_string(service_.connections()) + " connections";
}

void daemon::run() {
    for (const int signal : {SIGTERM, SIGINT})
        loop_.on_signal(signal, [this] { stop_by_signal(); });
    loop_.on_signal(SIGHUP, [this] { (void)reload(); });
    loop_.on_signal(SIGUSR2, [this] { upgrade({}, [](const std::string&) {}); });
    log_.info("start", {{"poller", loop_.poller_name()}});
    handed_.continue_in(service_, !bans_read_, log_);
    if (handed_.in_place()) {
        unblock_signals();
    } else { // else whoever reads it has
        std::printf("%s\n", service_.listeners().ready_line().c_str());
        std::fflush(stdout);
    }
    notices_.ready();
    loop_.run();
    log_stop(log_, loop_.counters(), service_.counts().drain_cut);
}

void daemon::stop_by_signal() {
    if (std::exchange(signalled_, true)) {
        log_.warning("stopped", {{"reason", "second_signal"}});
        std::_Exit(EXIT_FAILURE);
    }
    stop(stop_reason::signal);
}

void daemon::end(stop_reason why, bool for_good) {
    if (std::exchange(stopping_, true))
        return;
    log_.info("stopping", {{"reason", name_of(why)}});
    notices_.stopping("sending what is owed to " + status());
    drain_.cancel();
    upgrader_.cancel();
    control_.stop();
    state_lock_.release(); // nobody can change anything in there any more; the next may start
    if (!for_good && keeper_.available())
        keep_sessions();
    else
        service_.drain();
    monitor_.end_with_server();
}

void daemon::keep_sessions() {
    keeper_.start(config_.values.limit.drain_time, [this](bool stored) {
        if (!stored) {
            service_.drain();
            return;
        }
        service_.listeners().let_go();
        (void)service_.save(); // closes here, unsent, what lives in the store
        loop_.stop();
    });
}

reload_result daemon::reload() {
    const service_notices::reload told(notices_);
    auto read = read_configuration(config_.words, &config_);
    reload_result result = report_of(config_, read);
    if (!read.made) {
        log_reload(log_, config_, read);
        ++service_.count().reload_failures;
        return result;
    }
    apply(read.made->values);
    log_reload(log_, config_, read);
    ++service_.count().reloads;
    config_ = std::move(*read.made);
    return result;
}

/// What can change while it runs.  Throws before it changes anything.
void daemon::apply(const options& chosen) {
    service_.set_limits(fitted(chosen.limit, log_));
    log_options log = chosen.log;
    if (log.level == config_.values.log.level)
        log.level = log_.chosen().level; // which `chatctl log-level` may have changed
    log_.set_options(log);
}

void daemon::drain(std::uint32_t rate) {
    log_.info("draining", {{"connections", service_.connections()}, {"rate", rate}});
    upgrader_.cancel();
    drain_.start(rate);
}

void daemon::upgrade(const std::string& binary, upgrader::report failed) {
    if (draining())
        failed("it is stopping");
    else
        upgrader_.start(binary, std::move(failed));
}

int run_daemon(const configuration& chosen, const server_storage& storage) {
    std::signal(SIGPIPE, SIG_IGN); // the log may be a pipe whose reader has gone
    daemon process(chosen, storage);
    std::string why;
    if (!process.listen(why)) {
        std::fprintf(stderr, "chatd: %s\n", why.c_str());
        return EXIT_FAILURE;
    }
    process.run();
    return EXIT_SUCCESS;
}

} // namespace chatd
