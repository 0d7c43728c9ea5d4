#include "chatd/daemon.hpp"

#include "chatd/admission.hpp"
#include "chatd/log.hpp"

#include <reactor/loop.hpp>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace chatd {

namespace {

/// What the two signals do: the first lets everything end well, the second one ends it.
class stopper {
public:
    stopper(server& service, logger& log) noexcept : service_(service), log_(log) {}

    void operator()() {
        if (stopping_) {
            log_.warning("stopped", {{"reason", "second_signal"}});
            std::_Exit(EXIT_FAILURE);
        }
        stopping_ = true;
        log_.info("stopping");
        service_.drain();
    }

private:
    server& service_;
    logger& log_;
    bool stopping_ = false;
};

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

/// The last line: how the loop did.
void log_stop(logger& log, const reactor::counters& all) {
    using std::chrono::microseconds;
    log.info("stop", {{"iterations", all.iterations},
                      {"longest_iteration_us",
                       std::chrono::ceil<microseconds>(all.longest_iteration).count()}});
}

} // namespace

int run_daemon(const options& chosen, const server_storage& storage) {
    std::signal(SIGPIPE, SIG_IGN); // the log may be a pipe whose reader has gone
    logger log;
    reactor::loop loop;
    server service(loop, fitted(chosen.limit, log), log, storage);
    stopper stop(service, log);
    for (const int signal : {SIGTERM, SIGINT})
        loop.on_signal(signal, [&stop] { stop(); });
    std::string why;
    if (!service.listen(chosen.listen, why)) {
        std::fprintf(stderr, "chatd: %s\n", why.c_str());
        return EXIT_FAILURE;
    }
    log.info("start", {{"poller", loop.poller_name()}});
    std::printf("%s\n", service.listeners().ready_line().c_str());
    std::fflush(stdout);
    loop.run();
    log_stop(log, loop.counters());
    return EXIT_SUCCESS;
}

} // namespace chatd
