#pragma once

#include "bench/contest/held_signals.hpp"

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace contest {

/// How a process is started.
struct child_start {
    std::vector<std::string> argv;   ///< The program by its full path first.
    std::filesystem::path directory; ///< Where it works.
    std::filesystem::path output;    ///< A file for all that it says.
    std::optional<unsigned> core;    ///< The one core that it may use.
};

/// A process that does not outlive this object, nor this program, whatever ends it.  It leads a
/// process group, so that Ctrl-C at a terminal is for this program alone to hear.
class child {
public:
    /// @param signals  of the program; outlives the child.
    /// @throws std::system_error  when there can be no process; a program that cannot be run ends
    /// with status 127.
    child(child_start how, const held_signals& signals);
    /// Asks the group to end, and makes it end.
    ~child();
    child(const child&) = delete;
    child& operator=(const child&) = delete;

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }
    [[nodiscard]] bool ended();
    /// Waits for its end; false when that does not come within `limit`.
    [[nodiscard]] bool wait(std::chrono::milliseconds limit);
    /// Its exit status, or minus the signal that ended it; of one that has ended.
    [[nodiscard]] int status() const noexcept { return status_; }
    /// Asks the group to end.
    void ask_to_end() const noexcept;
    /// The first line that it said; empty if it said nothing.
    [[nodiscard]] std::string first_words() const;
    /// The last one.
    [[nodiscard]] std::string last_line() const;
    /// How it ended, for people, with the last line that it said.
    [[nodiscard]] std::string last_words() const;

private:
    void wait_quietly(std::chrono::milliseconds limit) noexcept;

    child_start how_;
    const held_signals& signals_;
    pid_t pid_ = -1; // also after its end, as its group may live on
    bool ended_ = false;
    int status_ = 0;
};

} // namespace contest
