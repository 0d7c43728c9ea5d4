#pragma once

#include <chrono>
#include <cstdint>

namespace chatload {

/// When each line of an open loop is due: line i at `start + i / rate`, whatever the server does.
class open_schedule {
public:
    /// @param rate  lines per second, > 0.
    open_schedule(double rate, std::chrono::nanoseconds start) noexcept
        : nanoseconds_per_line_(1e9 / rate), start_(start) {}

    /// When the next line is due.
    [[nodiscard]] std::chrono::nanoseconds next() const noexcept {
        return start_ + std::chrono::nanoseconds{static_cast<std::int64_t>(
                            static_cast<double>(taken_) * nanoseconds_per_line_)};
    }
    /// Lines taken so far, which is the number of the next one.
    [[nodiscard]] std::uint64_t taken() const noexcept { return taken_; }
    void take() noexcept { ++taken_; }

private:
    double nanoseconds_per_line_;
    std::chrono::nanoseconds start_;
    std::uint64_t taken_ = 0;
};

/// How many lines a sender of a closed loop may say: at most `window` without their echo.
class closed_window {
public:
    explicit closed_window(std::uint32_t window = 0) noexcept : window_(window) {}

    [[nodiscard]] bool may_send() const noexcept { return sent_ - acknowledged_ < window_; }
    void note_sent() noexcept { ++sent_; }
    /// The sender got its own line number `sequence`; that acknowledges every earlier one, too.
    void acknowledge(std::uint32_t sequence) noexcept {
        acknowledged_ = sequence >= acknowledged_ ? sequence + 1 : acknowledged_;
    }

private:
    std::uint32_t window_;
    std::uint32_t sent_ = 0;
    std::uint32_t acknowledged_ = 0;
};

} // namespace chatload
