#include "system.hpp"

#include <reactor/flight_recorder.hpp>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <stdexcept>
#include <string_view>

namespace reactor {

namespace {

/// One line of text on the stack: a signal handler makes it, so nothing here allocates or locks.
/// What does not fit is left out.
class line_text {
public:
    line_text& operator<<(std::string_view text) noexcept {
        const auto room = std::min(text.size(), buffer_.size() - size_);
        std::copy_n(text.data(), room, buffer_.data() + size_);
        size_ += room;
        return *this;
    }
    line_text& operator<<(std::uint64_t number) noexcept {
        char* const end = buffer_.data() + buffer_.size();
        const auto [next, error] = std::to_chars(buffer_.data() + size_, end, number);
        if (error == std::errc{})
            size_ = static_cast<std::size_t>(next - buffer_.data());
        return *this;
    }
    /// Microseconds with one decimal.
    line_text& operator<<(std::chrono::nanoseconds time) noexcept {
        const auto tenths =
            static_cast<std::uint64_t>(std::max<std::int64_t>(time.count(), 0)) / 100;
        return *this << tenths / 10 << "." << tenths % 10;
    }
    [[nodiscard]] std::string_view text() const noexcept { return {buffer_.data(), size_}; }

private:
    std::array<char, 768> buffer_;
    std::size_t size_ = 0;
};

void describe(line_text& line, const iteration_record& record) noexcept {
    line << "#" << record.number << " at " << record.began << ":";
    for (std::size_t i = 0; i < step_count; ++i)
        if (record.step_time[i].count() != 0 || record.step_items[i] != 0)
            line << " " << name_of(static_cast<step>(i)) << " " << record.step_time[i] << " ("
                 << record.step_items[i] << ")";
    if (record.longest_class != nullptr)
        line << "; longest callback " << record.longest_callback << " " << record.longest_class;
    line << "\n";
}

/// Gives the text of a recorder to `put` line by line; `kept(i)` is its i-th record.
template <class Kept, class Put>
void write_lines(const flight_recorder& recorder, Kept kept, Put put) {
    const auto count = recorder.size();
    line_text title;
    title << "reactor flight recorder: " << std::uint64_t{count}
          << " iterations, oldest first; times in microseconds, what each step did in brackets\n";
    put(title.text());
    for (std::size_t i = 0; i < count; ++i) {
        line_text line;
        describe(line, kept(i));
        put(line.text());
    }
    line_text now;
    now << "now in " << name_of(recorder.current_step());
    if (const char* const running = recorder.current_class())
        now << ", callback of " << running;
    now << "; so far ";
    describe(now, recorder.current());
    put(now.text());
}

/// False on an error.
bool write_all(int fd, std::string_view text) noexcept {
    while (!text.empty()) {
        const auto written = system::write_report(fd, text.data(), text.size());
        if (written.error == EINTR)
            continue;
        if (!written.ok())
            return false;
        text.remove_prefix(static_cast<std::size_t>(written.value));
    }
    return true;
}

} // namespace

std::chrono::nanoseconds iteration_record::worked() const noexcept {
    std::chrono::nanoseconds sum{};
    for (const auto time : step_time)
        sum += time;
    return sum - waited();
}

const iteration_record& flight_recorder::at(std::size_t i) const {
    if (i >= size())
        throw std::out_of_range("reactor::flight_recorder::at");
    return records_[(finished_ - size() + i) % capacity];
}

std::string flight_recorder::to_string() const {
    std::string text;
    write_lines(
        *this, [this](std::size_t i) -> const iteration_record& { return at(i); },
        [&](std::string_view line) { text += line; });
    return text;
}

void flight_recorder::dump_to(int fd) const noexcept {
    const int saved = errno;
    bool good = true;
    // Not by at(), which may throw for other callers.
    const auto oldest = finished_ - size();
    write_lines(
        *this,
        [&](std::size_t i) -> const iteration_record& { return records_[(oldest + i) % capacity]; },
        [&](std::string_view line) { good = good && write_all(fd, line); });
    errno = saved;
}

const char* name_of(step which) noexcept {
    constexpr std::array<const char*, step_count> names{
        "wait", "dispatch", "posts", "timers", "held_input", "closes", "flush", "ask", "destroy"};
    const auto place = static_cast<std::size_t>(which);
    return place < names.size() ? names[place] : "?";
}

} // namespace reactor
