#pragma once

#include "chatd/limits.hpp"
#include "chatd/listeners.hpp"
#include "chatd/log.hpp"
#include "chatd/metrics/http_request.hpp"

#include <reactor/loop.hpp>
#include <reactor/unique_function.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace chatd {

class http_connection;

/// What a request gets.
struct http_answer {
    http_status status = http_status::ok;
    std::string_view content_type = "text/plain; charset=utf-8"; ///< A literal.
    std::string body;
};

/// What one client may take of the metrics port.
struct http_limits {
    /// Connections; one more closes the oldest, so that nobody can keep an administrator out.
    std::size_t connections = 16;
    std::uint32_t requests = 1000; ///< Of one connection, then it is closed.
    std::chrono::nanoseconds request_time = std::chrono::seconds{5}; ///< For a head to arrive.
    std::chrono::nanoseconds answer_time = std::chrono::seconds{10}; ///< For an answer to be taken.
    std::chrono::nanoseconds idle_time = std::chrono::minutes{2};    ///< Between two requests.
};

/// What the port has done so far.
struct http_counters {
    std::uint64_t connections = 0;
    std::uint64_t requests = 0;  ///< Answered by the handler.
    std::uint64_t refused = 0;   ///< Answered with an error of the client's, or without a word.
    std::uint64_t evicted = 0;   ///< Connections closed in favour of newer ones.
    std::uint64_t timed_out = 0; ///< Requests and answers that took too long.
    std::uint64_t idle = 0;      ///< Connections closed as no further request came.
    std::uint64_t used_up = 0;   ///< Connections closed after the most requests that one may have.
};

/// A small HTTP/1.1 server for GET and HEAD, which clients cannot slow down: an answer is made in
/// one call and waits in its connection's own queue, one at a time; heads, connections and times
/// are bounded.
class http_service final : private acceptor {
public:
    /// Answers a GET of `path`.  What it throws closes that connection.
    using handler = reactor::unique_function<http_answer(std::string_view path)>;

    /// The references must outlive the service.
    http_service(reactor::loop& owner, const limits& limit, logger& log, handler answer,
                 http_limits bounds = {});
    /// Closes everything at once.
    ~http_service();

    /// Listens; for `localhost:PORT` on 127.0.0.1 and, where there is one, on ::1.  False with a
    /// sentence in `why`.
    [[nodiscard]] bool listen(const listen_spec& where, std::string& why);
    /// Listens by a socket that listens already; whoever holds it too keeps it open when the
    /// service closes.  False with a sentence in `why`.
    [[nodiscard]] bool adopt(reactor::unique_fd listening, std::string& why);
    /// Where it listens.
    [[nodiscard]] std::vector<reactor::endpoint> addresses() const;
    /// The sockets that came by `adopt`, which stay here.
    [[nodiscard]] std::vector<int> adopted() const;
    /// Stops listening and closes all connections: answers that were not taken are dropped.
    void close() noexcept;

    [[nodiscard]] std::size_t connections() const noexcept { return connections_.size(); }
    [[nodiscard]] const http_counters& counts() const noexcept { return counts_; }

    // --- for connections ---
    [[nodiscard]] const http_limits& bounds() const noexcept { return bounds_; }
    [[nodiscard]] http_counters& counts() noexcept { return counts_; }
    [[nodiscard]] http_answer answer(std::string_view path) { return answer_(path); }
    /// Destroys it.
    void ended(const http_connection& connection) noexcept;

private:
    void connection_accepted(reactor::unique_fd fd, const reactor::endpoint& peer) override;
    void make_room() noexcept;
    [[nodiscard]] bool open(const reactor::endpoint& address, std::error_code& ec);

    reactor::loop& loop_;
    const limits& limit_;
    logger& log_;
    handler answer_;
    http_limits bounds_;
    http_counters counts_;
    std::vector<std::unique_ptr<listener>> listeners_;
    std::vector<const listener*> adopted_;                      // of those
    std::vector<std::unique_ptr<http_connection>> connections_; // the oldest first
};

} // namespace chatd
