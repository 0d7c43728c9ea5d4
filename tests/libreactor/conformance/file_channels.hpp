// Pipes, terminals and files, and channels over them.
#pragma once

#include "support/catch.hpp"

#include "support/loop_fixture.hpp"
#include "support/temp_dir.hpp"

#include "hooked_channels.hpp"

#include <reactor/file_dispatcher.hpp>
#include <reactor/unique_fd.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

namespace file_channels {

using reactor::unique_fd;
using support::loop_fixture;

inline unique_fd opened(const std::string& path, int flags) {
    unique_fd fd{::open(path.c_str(), flags | O_CLOEXEC, 0600)};
    INFO(path);
    REQUIRE(fd);
    return fd;
}

struct pipe_ends {
    unique_fd to_read, to_write;
};

inline pipe_ends make_pipe() {
    int fds[2];
    REQUIRE(::pipe(fds) == 0);
    for (const int fd : fds)
        ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    return {unique_fd{fds[0]}, unique_fd{fds[1]}};
}

/// A pseudo-terminal that passes bytes as they are.
struct terminal {
    terminal() : master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
        REQUIRE(master);
        REQUIRE(::grantpt(master.get()) == 0);
        REQUIRE(::unlockpt(master.get()) == 0);
        slave = opened(::ptsname(master.get()), O_RDWR | O_NOCTTY);
    }
    unique_fd master, slave;
};

inline void write_all(int fd, std::string_view bytes) {
    REQUIRE(::write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
}

inline std::string read_some(int fd) {
    std::array<char, 4096> buffer;
    const auto got = ::read(fd, buffer.data(), buffer.size());
    return got > 0 ? std::string(buffer.data(), static_cast<std::size_t>(got)) : std::string{};
}

inline std::string contents(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

inline bool is_nonblocking(int fd) { return (::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0; }

using file = hooked::channel<reactor::file_dispatcher>;

/// Keeps what it reads.
class reader : public file {
public:
    using file::file;
    std::string input;

protected:
    void handle_read() override {
        const auto buffer = receive_buffer();
        input.append(buffer.data(), recv(buffer).n);
    }
};

struct files_test : loop_fixture {
    std::unique_ptr<hooked::lines> lines_over(unique_fd fd) {
        auto made = std::make_unique<hooked::lines>(loop);
        made->set_file(std::move(fd));
        return made;
    }
    support::temp_dir directory;
};

} // namespace file_channels
