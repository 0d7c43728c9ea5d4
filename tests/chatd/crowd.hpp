#pragma once

#include "chatd/server.hpp"
#include "support/reading_process.hpp"
#include "support/wait_until.hpp"

#include <reactor/loop.hpp>
#include <reactor/unique_fd.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// A server on a loop of its own, and peers that take next to nothing of this process's memory.
class crowd {
public:
    /// A member that reads when it is told to.
    class member {
    public:
        void send(std::string_view lines) const;
        /// All that there is to read without waiting, but for what filled the socket.
        [[nodiscard]] std::string read() const;
        /// Fills its socket: it takes no more until something is read.
        void stall() const;

    private:
        friend class crowd;
        reactor::unique_fd peer_;
        reactor::unique_fd server_end_; // a duplicate
    };

    crowd();

    /// Logs members in, fifty at a time, until there are so many: user10000 and on.  Their peers
    /// read all and say nothing.
    void grow_to(std::uint32_t members);
    /// Logs one in, whose socket holds little.
    [[nodiscard]] member add(const std::string& name);
    /// Logs one in whose peer reads all.
    [[nodiscard]] member add_speaker(const std::string& name);

    void run(int iterations);
    template <class Condition>
    void run_until(std::string_view what, Condition holds) {
        support::wait_until(what, [&] {
            loop_.run_once(std::chrono::nanoseconds{0});
            return holds();
        });
    }
    /// Bytes pending for all, and for whoever has most.
    [[nodiscard]] std::size_t pending();
    [[nodiscard]] std::size_t most_pending();
    [[nodiscard]] chatd::chat_room& room() noexcept { return server_.room(); }
    [[nodiscard]] reactor::loop& loop() noexcept { return loop_; }

private:
    [[nodiscard]] member connect(const std::string& name, int buffer_bytes);

    support::reading_process readers_; // first: it forks
    reactor::loop loop_;
    chatd::logger quiet_{[](std::string_view) {}};
    chatd::server server_;
    std::uint32_t members_ = 0;
    std::uint32_t connections_ = 0;
};
