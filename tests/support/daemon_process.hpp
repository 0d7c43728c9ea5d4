#pragma once

#include <sys/types.h>

#include <csignal>
#include <cstddef>
#include <string>
#include <vector>

#include "support/wait_until.hpp"

namespace support {

/// What a process that has ended leaves behind.
struct process_result {
    int exit_code = -1; ///< -1 when a signal ended it
    int signal = 0;     ///< the signal that ended it, or 0
    std::string output;
    std::string log;

    /// Both in words, for a failure's text.
    std::string how() const;
};

/// A chatd process of the test's own, listening on a port that the system chose.
///
/// The constructor returns when the ready line has been read.  The destructor kills what still runs
/// and, when the test is failing, prints the daemon's log.
class daemon_process {
public:
    struct options {
        std::string binary;                   ///< empty: default_binary()
        std::size_t descriptor_limit = 0;     ///< RLIMIT_NOFILE of the daemon; 0 leaves it
        std::vector<std::string> environment; ///< `NAME=VALUE`: beside the test's own
        std::vector<int> inherited;           ///< copies go to it as a service manager's would
        std::string inherited_names;          ///< LISTEN_FDNAMES: with `:` between them
        bool own_listen = false; ///< a file or the defaults say where to listen; no argument does
    };

    /// @param arguments  the command line; without a `--listen` in it, `--listen 127.0.0.1:0` is
    /// put in front.
    explicit daemon_process(std::vector<std::string> arguments = {},
                            source_line at = source_line::here());
    daemon_process(std::vector<std::string> arguments, const options& chosen,
                   source_line at = source_line::here());
    daemon_process(const daemon_process&) = delete;
    daemon_process& operator=(const daemon_process&) = delete;
    ~daemon_process();

    /// The environment's CHATD_BINARY, else the one this was compiled for.
    static std::string default_binary();

    /// Runs the daemon with exactly these arguments until it ends by itself.
    static process_result run(const std::vector<std::string>& arguments,
                              source_line at = source_line::here());
    static process_result run(const std::vector<std::string>& arguments, const options& chosen,
                              source_line at = source_line::here());

    /// The ready line without its end.
    const std::string& ready_line() const noexcept { return ready_line_; }
    /// Where it listens, as the ready line says it and `wire_client` takes it.
    const std::vector<std::string>& endpoints() const noexcept { return endpoints_; }
    const std::string& endpoint() const { return endpoints_.front(); }

    pid_t pid() const noexcept { return pid_; }
    /// What it has written to stderr so far.
    std::string log() const;
    /// Resident memory now, in KiB.
    std::size_t resident_kib() const;

    void signal(int number);
    /// Stops it in its tracks (SIGSTOP); returns when it stands still.
    void pause();
    void resume();

    /// Waits for its end.
    process_result wait(source_line at = source_line::here());
    /// Sends `number` and waits for a clean end: exit code 0, nothing on stdout but the ready line.
    void stop(int number = SIGTERM, source_line at = source_line::here());

private:
    explicit daemon_process(std::nullptr_t) {}
    void start(const std::vector<std::string>& arguments, const options& chosen);
    void read_ready_line(source_line at);
    bool read_output(test_clock::time_point deadline);
    bool ended();

    pid_t pid_ = -1;
    int output_ = -1;
    int log_ = -1;
    std::string ready_line_;
    std::string unread_;
    std::vector<std::string> endpoints_;
    process_result result_;
};

} // namespace support
