#pragma once

#include <reactor/unique_fd.hpp>

#include <sys/types.h>

namespace support {

/// A child process that holds sockets and reads whatever comes on them, so that their other ends
/// have peers while this process needs neither descriptors nor memory for them.
class reading_process {
public:
    /// Make it before any loop: it forks.
    reading_process();
    /// Closes all the sockets.
    ~reading_process();
    reading_process(const reading_process&) = delete;
    reading_process& operator=(const reading_process&) = delete;

    void give(reactor::unique_fd socket);

private:
    reactor::unique_fd control_;
    pid_t child_ = -1;
};

} // namespace support
