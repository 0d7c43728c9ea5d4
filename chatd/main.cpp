#include "chatd/admission.hpp"
#include "chatd/log.hpp"
#include "chatd/options.hpp"
#include "chatd/server.hpp"

#include <reactor/loop.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

namespace {

/// First signal: end well.  Second one: end now.
void stop_on_signals(reactor::loop& loop, chatd::server& server, chatd::logger& log) {
    auto stop = [&server, &log, stopping = false]() mutable {
        if (stopping) {
            log.warning("stopped", {{"reason", "second-signal"}});
            std::_Exit(EXIT_FAILURE);
        }
        stopping = true;
        log.info("stopping");
        server.drain();
    };
    auto shared = std::make_shared<decltype(stop)>(std::move(stop));
    for (const int signal : {SIGTERM, SIGINT})
        loop.on_signal(signal, [shared] { (*shared)(); });
}

int serve(const chatd::options& chosen) {
    chatd::logger log;
    auto limit = chosen.limit;
    limit.max_connections = chatd::connections_that_fit(limit.max_connections);
    if (limit.max_connections < chosen.limit.max_connections)
        log.warning("fewer-connections", {{"wanted", chosen.limit.max_connections},
                                          {"possible", limit.max_connections},
                                          {"reason", "descriptor-limit"}});
    reactor::loop loop;
    chatd::server server(loop, limit, log);
    stop_on_signals(loop, server, log);
    std::string why;
    if (!server.listen(chosen.listen, why)) {
        std::fprintf(stderr, "chatd: %s\n", why.c_str());
        return EXIT_FAILURE;
    }
    log.info("start", {{"poller", loop.poller_name()}});
    std::printf("%s\n", server.listeners().ready_line().c_str());
    std::fflush(stdout);
    loop.run();
    log.info("stop");
    return EXIT_SUCCESS;
}

} // namespace

int main(int argc, char** argv) {
    try {
        const auto line = chatd::parse_command_line(argc, argv);
        std::fputs(line.output.c_str(), stdout);
        std::fputs(line.error.c_str(), stderr);
        return line.chosen ? serve(*line.chosen) : line.status;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "chatd: %s\n", e.what());
        return EXIT_FAILURE;
    }
}
