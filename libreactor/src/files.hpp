#pragma once

#include "always_ready.hpp"
#include "poller.hpp"

#include <reactor/io_result.hpp>

#include <chrono>
#include <cstdint>
#include <span>
#include <system_error>
#include <vector>

namespace reactor::detail {

class loop_core;

/// A loop's channels over files, pipes and terminals, and those whose descriptor the poller
/// refuses.
class files {
public:
    explicit files(loop_core& core) noexcept : core_(core) {}

    /// Makes an opening that has its descriptor one over a file.
    /// @param is_stored  a regular file or the like: never waited for, whatever the poller says.
    [[nodiscard]] std::error_code begin(std::uint32_t index, bool is_stored) noexcept;
    /// The opening of a channel with more than a slot ends; its descriptor is still there.
    void end(std::uint32_t index) noexcept;
    /// It is read and written by read(2) and write(2).
    [[nodiscard]] bool has(std::uint32_t index) const noexcept;
    /// The number is another's by now, and so are its flags.
    void lose(std::uint32_t index) noexcept;
    /// In a forked child, which has its parent's open files: their flags are the parent's to give
    /// back.
    void leave_flags_to_parent() noexcept;

    /// One read or write, repeated when interrupted; `flags` as those of recv(2), which are for
    /// sockets.
    [[nodiscard]] io_result receive(std::uint32_t index, std::span<char> buffer,
                                    int flags) noexcept;
    [[nodiscard]] io_result send(std::uint32_t index, std::span<const iovec> pieces) noexcept;

    /// From now on it is not watched and counts as ready for what it wants.
    [[nodiscard]] std::error_code count_as_ready(std::uint32_t index) noexcept;
    /// Says what such a channel wants.
    void want(std::uint32_t index, interest now) noexcept;
    /// Adds those whose turn it is to what the kernel reported.
    void report(std::vector<readiness>& reports);
    /// When the first of them is to be reported.
    [[nodiscard]] std::chrono::nanoseconds first() const noexcept { return ready_.first(); }

private:
    void give_back_blocking(int fd) noexcept;
    [[nodiscard]] io_result told(std::uint32_t index, const system::result& given) noexcept;

    loop_core& core_;
    always_ready ready_;
    std::vector<std::uint32_t> nonblocking_before_; // channels whose file was so
};

} // namespace reactor::detail
