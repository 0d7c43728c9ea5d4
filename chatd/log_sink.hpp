#pragma once

#include "chatd/log_field.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace chatd {

/// One event on its way out; views that die with the call.
struct log_record {
    log_level level;
    std::string_view event;
    std::string_view category; ///< Empty for an event that nobody has listed.
    std::span<const log_field> fields;
    /// All of it as text: `level event key=value ... category=CATEGORY`, with a newline.
    std::string_view line;
};

/// Where log lines go.
class log_sink {
public:
    virtual ~log_sink() = default;
    /// Never waits: what cannot be written now is lost.
    virtual void write(const log_record& record) = 0;
};

/// Writes lines to a descriptor, each by one write and at most PIPE_BUF bytes of it.
///
/// It looks first whether there is room, so that a reader that has stopped (of a pipe, a socket, a
/// terminal) does not stop the daemon; how many lines were lost by that is told in the line
/// `log_lost` once there is room again.
class descriptor_sink final : public log_sink {
public:
    /// @param fd        stays open as long as this; not closed.
    /// @param priority  begin each line with its priority in angle brackets, as sd-daemon(3) has
    ///                  it.
    explicit descriptor_sink(int fd, bool priority = false) noexcept
        : fd_(fd), priority_(priority) {}

    void write(const log_record& record) override;

private:
    [[nodiscard]] bool has_room() const noexcept;
    void put(log_level level, std::string_view line);

    int fd_;
    bool priority_;
    std::uint64_t lost_ = 0;
    std::string text_;
};

/// What the journal calls a level: 3 for an error to 7 for debugging.
[[nodiscard]] int priority_of(log_level level) noexcept;

/// Whether a descriptor is the stream that systemd connected with its journal, as the variable
/// JOURNAL_STREAM has it.
/// @param stream  the variable's value; may be null.
[[nodiscard]] bool is_journal_stream(int fd, const char* stream) noexcept;

/// What suits standard error: the journal's own fields if it is connected with the journal, else
/// lines, which bear their priority if it is.
[[nodiscard]] std::unique_ptr<log_sink> make_standard_sink();

} // namespace chatd
