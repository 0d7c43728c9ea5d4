#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace reactor_bench {

/// What a full socket has not taken of one connection's output: for loops that only tell of
/// readiness.
class pending_output {
public:
    /// Sends what goes and keeps the rest.  False when the peer is gone.
    [[nodiscard]] bool send(int fd, std::string_view data);
    /// Sends of what was kept.  False when the peer is gone.
    [[nodiscard]] bool flush(int fd);
    /// Gives up what was kept, and its memory: an empty string that is assigned would leave that.
    void drop() noexcept {
        std::string().swap(bytes_);
        sent_ = 0;
    }
    [[nodiscard]] bool empty() const noexcept { return bytes_.empty(); }

private:
    std::string bytes_;
    std::size_t sent_ = 0; // of those
};

} // namespace reactor_bench
