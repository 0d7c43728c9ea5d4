#include "chatd/log_sink.hpp"

#include "chatd/log_journal.hpp"

#include <fmt/format.h>

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <string_view>

namespace chatd {

int priority_of(log_level level) noexcept {
    switch (level) {
    case log_level::debug:
        return 7;
    case log_level::info:
        return 6;
    case log_level::warning:
        return 4;
    case log_level::error:
        break;
    }
    return 3;
}

bool descriptor_sink::has_room() const noexcept {
    pollfd entry{fd_, POLLOUT, 0};
    return ::poll(&entry, 1, 0) > 0;
}

void descriptor_sink::write(const log_record& record) {
    if (!has_room()) {
        ++lost_;
        return;
    }
    if (lost_ > 0) {
        put(log_level::warning, fmt::format("warning log_lost lines={} category=log\n", lost_));
        lost_ = 0;
        if (!has_room()) {
            ++lost_;
            return;
        }
    }
    put(record.level, record.line);
}

void descriptor_sink::put(log_level level, std::string_view line) {
    text_ = priority_ ? fmt::format("<{}>", priority_of(level)) : std::string{};
    text_ += line;
    if (text_.size() > PIPE_BUF) { // more could wait although there is room
        text_.resize(PIPE_BUF - 1);
        text_ += '\n';
    }
    // A log that nobody takes must not stop the daemon: the result is of no use to anybody.
    [[maybe_unused]] const auto written = ::write(fd_, text_.data(), text_.size());
}

bool is_journal_stream(int fd, const char* stream) noexcept {
    struct stat file {};
    if (stream == nullptr || ::fstat(fd, &file) != 0)
        return false;
    char* colon = nullptr;
    const auto device = std::strtoull(stream, &colon, 10);
    if (colon == stream || *colon != ':')
        return false;
    char* end = nullptr;
    const auto number = std::strtoull(colon + 1, &end, 10);
    return end != colon + 1 && *end == '\0' && device == file.st_dev && number == file.st_ino;
}

std::unique_ptr<log_sink> make_standard_sink() {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment
    const bool journal = is_journal_stream(STDERR_FILENO, std::getenv("JOURNAL_STREAM"));
    if (journal)
        if (auto made = journal_sink::make())
            return made;
    return std::make_unique<descriptor_sink>(STDERR_FILENO, journal);
}

} // namespace chatd
