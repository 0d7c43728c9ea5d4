#pragma once

#include "bench/reactor-bench/peers/libev/with_libev.hpp"
#include "bench/reactor-bench/peers/pending_output.hpp"

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace reactor_bench::with_libev {

/// Connections with output that a full socket may hold up: a watcher for each direction, the one
/// for room started only while it is needed.
class streams {
public:
    explicit streams(std::vector<reactor::unique_fd> connections);
    virtual ~streams() = default;
    streams(const streams&) = delete;
    streams& operator=(const streams&) = delete;

    void run() { ev_run(loop_.get(), 0); }
    void stop() { ev_break(loop_.get(), EVBREAK_ALL); }
    /// Handles what is ready, without waiting.
    void turn() { ev_run(loop_.get(), EVRUN_NOWAIT); }
    [[nodiscard]] std::size_t size() const noexcept { return connections_.size(); }
    [[nodiscard]] std::size_t live() const noexcept { return live_; }
    void send(std::size_t which, std::string_view data);

private:
    struct connection {
        streams* owner = nullptr;
        std::size_t number = 0;
        reactor::unique_fd fd;
        ev_io input{};
        ev_io room{};
        pending_output output;
    };

    virtual void received(std::size_t which, std::string_view data) = 0;
    virtual void ended(std::size_t /*which*/) {}

    static void on_input(struct ev_loop* loop, ev_io* watcher, int events);
    static void on_room(struct ev_loop* loop, ev_io* watcher, int events);
    void drop(connection& one);

    owned_loop loop_ = make_loop();
    std::vector<connection> connections_; // their watchers must not move
    std::vector<char> buffer_;
    std::size_t live_ = 0;
};

} // namespace reactor_bench::with_libev
