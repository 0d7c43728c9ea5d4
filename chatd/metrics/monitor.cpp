#include "chatd/metrics/monitor.hpp"

#include "chatd/metrics/exposition.hpp"
#include "chatd/metrics/page.hpp"
#include "chatd/server.hpp"

#include <chrono>
#include <utility>

namespace chatd {

namespace {

constexpr std::chrono::milliseconds end_look{10}; // how often it looks whether the server is done

} // namespace

monitor::monitor(reactor::loop& owner, const limits& limit, logger& log, const server& service,
                 http_limits bounds)
    : loop_(owner), log_(log), service_(service), process_(owner),
      http_(
          owner, limit, log, [this](std::string_view path) { return answer(path); }, bounds),
      end_check_(
          owner, [this] { check_end(); }, reactor::timer::weight::background) {}

bool monitor::listen(std::span<const listen_spec> where, std::string& why) {
    for (const listen_spec& one : where)
        if (!http_.listen(one, why))
            return false;
    tell_where();
    return true;
}

bool monitor::adopt(std::vector<reactor::unique_fd> listening, std::string& why) {
    for (reactor::unique_fd& one : listening)
        if (!http_.adopt(std::move(one), why))
            return false;
    tell_where();
    return true;
}

void monitor::tell_where() const {
    for (const auto& address : http_.addresses()) {
        log_.info("metrics_listening", {{"address", address.to_string()}});
        if (!address.is_loopback())
            log_.warning("metrics_public", {{"address", address.to_string()},
                                            {"remedy", "a firewall, or --metrics localhost:PORT"}});
    }
}

void monitor::end_with_server() { end_check_.start_every(end_look); }

void monitor::check_end() {
    if (service_.connections() > 0)
        return;
    end_check_.cancel();
    http_.close();
}

http_answer monitor::answer(std::string_view path) {
    if (path == "/metrics")
        return {.content_type = exposition::content_type,
                .body = metrics_page({loop_, service_, process_, http_.counts()})};
    if (path == "/healthz") {
        auto found = health_.ask(loop_.counters(), loop_.recorder(), loop_.now());
        return {.status = found.good ? http_status::ok : http_status::unavailable,
                .body = std::move(found.text)};
    }
    if (path == "/readyz")
        return ready();
    if (path == "/")
        return {.body = "chatd: /metrics /healthz /readyz\n"};
    return {.status = http_status::not_found, .body = "there are /metrics, /healthz and /readyz\n"};
}

http_answer monitor::ready() const {
    if (service_.accepting())
        return {.body = "ready: new connections are accepted\n"};
    return {.status = http_status::unavailable,
            .body = "not ready: no new connections are accepted\n"};
}

} // namespace chatd
