#pragma once

#include <sys/types.h>

#include <csignal>
#include <string>
#include <string_view>
#include <vector>

#include "support/wait_until.hpp"

namespace support {

/// A program of the test's own: started, listened to, stopped.
///
/// What it writes, to either stream, goes into a file without a name, so that it never blocks.  The
/// destructor kills what still runs and, when the test is failing, prints what it wrote.
class program {
public:
    explicit program(std::string binary, std::vector<std::string> arguments = {});
    program(const program&) = delete;
    program& operator=(const program&) = delete;
    ~program();

    /// All that it has written so far.
    [[nodiscard]] std::string output() const;
    /// Waits for a line that contains `mark` and gives what follows the mark in it.
    std::string wait_for(std::string_view mark, source_line at = source_line::here());
    /// Where it says that it listens.
    std::string address(source_line at = source_line::here()) {
        return wait_for("listening on ", at);
    }

    /// Of a program that has not been waited for.
    [[nodiscard]] pid_t pid() const noexcept { return pid_; }
    void signal(int number);
    /// Waits for its end and gives its exit status; minus the signal that killed it.
    int wait(source_line at = source_line::here());
    /// Sends `number` and waits for exit status 0 and no finding of the audit.
    void stop(int number = SIGTERM, source_line at = source_line::here());

private:
    bool ended();

    std::string binary_;
    pid_t pid_ = -1;
    int output_ = -1;
    int status_ = 0;
};

} // namespace support
