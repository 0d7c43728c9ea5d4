#pragma once

#include <unistd.h>

#include <cstdio>
#include <string>

namespace support {

/// What is written to standard error while it lives.
class captured_stderr {
public:
    captured_stderr() : file_(std::tmpfile()), former_(::dup(STDERR_FILENO)) {
        std::fflush(stderr);
        ::dup2(::fileno(file_), STDERR_FILENO);
    }
    ~captured_stderr() {
        std::fflush(stderr);
        ::dup2(former_, STDERR_FILENO);
        ::close(former_);
        std::fclose(file_);
    }
    captured_stderr(const captured_stderr&) = delete;
    captured_stderr& operator=(const captured_stderr&) = delete;

    std::string text() const {
        std::fflush(stderr);
        std::string read(1 << 16, '\0');
        const auto count = ::pread(::fileno(file_), read.data(), read.size(), 0);
        read.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
        return read;
    }

private:
    std::FILE* file_;
    int former_;
};

/// How often `part` stands in `text`.
inline std::size_t occurrences(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++count;
    return count;
}

} // namespace support
