#pragma once

#include "chatd/metrics/health.hpp"
#include "chatd/metrics/http_service.hpp"
#include "chatd/metrics/process_facts.hpp"

#include <reactor/loop.hpp>
#include <reactor/timer.hpp>
#include <reactor/unique_fd.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace chatd {

class server;

/// What a monitoring system sees of the daemon, over HTTP: `/metrics`, `/healthz` (the loop is
/// alive) and `/readyz` (new connections are accepted).
class monitor {
public:
    /// The references must outlive the monitor.
    monitor(reactor::loop& owner, const limits& limit, logger& log, const server& service,
            http_limits bounds = {});

    /// Listens everywhere there, and warns if other machines can reach it; false with a sentence in
    /// `why`.
    [[nodiscard]] bool listen(std::span<const listen_spec> where, std::string& why);
    /// The same by sockets that listen already.
    [[nodiscard]] bool adopt(std::vector<reactor::unique_fd> listening, std::string& why);
    /// Goes on answering until the server has no connection left, then ends: the loop has no work
    /// of the monitor's any more.
    void end_with_server();

    [[nodiscard]] const http_service& http() const noexcept { return http_; }

private:
    [[nodiscard]] http_answer answer(std::string_view path);
    [[nodiscard]] http_answer ready() const;
    void tell_where() const;
    void check_end();

    reactor::loop& loop_;
    logger& log_;
    const server& service_;
    process_facts process_;
    health_watch health_;
    http_service http_;
    reactor::timer end_check_;
};

} // namespace chatd
