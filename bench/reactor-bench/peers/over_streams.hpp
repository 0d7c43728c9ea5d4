#pragma once

#include "bench/reactor-bench/cases/lines.hpp"
#include "bench/reactor-bench/cases/ping_pong.hpp"
#include "bench/reactor-bench/cases/room.hpp"
#include "bench/reactor-bench/peers/line_splitter.hpp"
#include "bench/reactor-bench/sockets.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What programs do alike over a loop that leaves buffers and lines to them.  `Streams` is such a
// loop's connections, numbered: `received(which, data)` and `ended(which)` are what it calls, and
// it has `send(which, data)`, `size()`, `live()`, `run()`, `stop()` and `turn()`.
namespace reactor_bench {

template <class Streams>
class ping_pong_over final : public ping_pong, private Streams {
public:
    ping_pong_over(std::vector<reactor::unique_fd> ends, ping_pong_work& work)
        : Streams(std::move(ends)), work_(work) {}

    void run() override { Streams::run(); }

private:
    void received(std::size_t which, std::string_view data) override {
        if (work_.received(which, data))
            Streams::send(which, data);
        if (work_.done())
            Streams::stop();
    }
    void ended(std::size_t /*which*/) override {
        work_.failed.set("ping-pong", {});
        Streams::stop();
    }

    ping_pong_work& work_;
};

template <class Streams>
class line_server_over final : public line_server, private Streams {
public:
    explicit line_server_over(std::vector<reactor::unique_fd> connections)
        : Streams(std::move(connections)), lines_(Streams::size()) {}

    void turn() override { Streams::turn(); }

private:
    void received(std::size_t which, std::string_view data) override {
        answers_.clear();
        lines_[which].feed(data, [&](std::string_view line) { answers_.append(line); });
        Streams::send(which, answers_);
    }

    std::vector<line_splitter> lines_;
    std::string answers_; // to one read
};

template <class Streams>
class room_over final : public room, private Streams {
public:
    explicit room_over(std::vector<reactor::unique_fd> members) : Streams(std::move(members)) {}

    void turn() override { Streams::turn(); }
    [[nodiscard]] std::size_t members() const override { return Streams::live(); }

private:
    void received(std::size_t /*which*/, std::string_view data) override {
        for (std::size_t i = 0; i < Streams::size(); ++i)
            Streams::send(i, data);
    }
};

} // namespace reactor_bench
