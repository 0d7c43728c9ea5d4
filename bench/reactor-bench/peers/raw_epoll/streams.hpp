#pragma once

#include "bench/reactor-bench/peers/pending_output.hpp"
#include "bench/reactor-bench/peers/raw_epoll/raw_epoll.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace reactor_bench::with_epoll {

/// Connections with output that a full socket may hold up.
class streams {
public:
    explicit streams(std::vector<reactor::unique_fd> connections);
    virtual ~streams() = default;
    streams(const streams&) = delete;
    streams& operator=(const streams&) = delete;

    [[nodiscard]] std::size_t size() const noexcept { return connections_.size(); }
    [[nodiscard]] std::size_t live() const noexcept { return live_; }
    void send(std::size_t which, std::string_view data);
    void run();
    void stop() noexcept { stopped_ = true; }
    /// Handles what is ready, without waiting.
    void turn() { handle_ready(0); }

private:
    struct connection {
        reactor::unique_fd fd;
        pending_output output;
        bool blocked = false; // EPOLLOUT is asked for
    };

    virtual void received(std::size_t which, std::string_view data) = 0;
    virtual void ended(std::size_t /*which*/) {}

    void handle_ready(int timeout_ms);
    void read(std::size_t which);
    void ask_for_room(std::size_t which);
    void drop(std::size_t which);

    epoll_set set_;
    std::vector<connection> connections_;
    std::vector<char> buffer_;
    std::size_t live_ = 0;
    bool stopped_ = false;
};

} // namespace reactor_bench::with_epoll
