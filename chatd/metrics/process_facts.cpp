#include "chatd/metrics/process_facts.hpp"

#include <reactor/unique_fd.hpp>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace chatd {

namespace {

constexpr const char* descriptor_directory = "/proc/self/fd";

/// As many as the directory says by itself: 0 where the system does not count.
std::uint64_t counted_by_system() noexcept {
    struct stat directory {};
    return ::stat(descriptor_directory, &directory) == 0
               ? static_cast<std::uint64_t>(directory.st_size)
               : 0;
}

/// One by one: for when there are few.
std::size_t count_descriptors() {
    std::error_code ec;
    std::size_t count = 0;
    for (std::filesystem::directory_iterator next{descriptor_directory, ec}, end;
         !ec && next != end; next.increment(ec))
        ++count;
    return count > 0 ? count - 1 : 0; // not the one that reads the directory
}

std::chrono::microseconds time_of(const timeval& t) noexcept {
    return std::chrono::seconds{t.tv_sec} + std::chrono::microseconds{t.tv_usec};
}

/// Reads a number and the blank behind it off `text`.
std::uint64_t take_number(std::string_view& text) noexcept {
    std::uint64_t number = 0;
    const auto [next, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    text.remove_prefix(static_cast<std::size_t>(next - text.data()));
    if (text.starts_with(' '))
        text.remove_prefix(1);
    return number;
}

} // namespace

process_facts::process_facts(const reactor::loop& owner, bool system_counts) noexcept
    : loop_(owner), system_counts_(system_counts),
      started_(std::chrono::system_clock::now().time_since_epoch()),
      began_(std::chrono::steady_clock::now()) {}

std::optional<process_facts::memory> process_facts::memory_now() {
    const reactor::unique_fd file{::open("/proc/self/statm", O_RDONLY | O_CLOEXEC)};
    std::array<char, 256> buffer{};
    const auto size = file ? ::read(file.get(), buffer.data(), buffer.size()) : -1;
    if (size <= 0)
        return std::nullopt;
    std::string_view text{buffer.data(), static_cast<std::size_t>(size)};
    const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    memory now;
    now.virtual_size = take_number(text) * page;
    now.resident = take_number(text) * page;
    return now;
}

std::chrono::microseconds process_facts::processor_time() noexcept {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return time_of(used.ru_utime) + time_of(used.ru_stime);
}

std::uint64_t process_facts::open_descriptors() const {
    if (const auto counted = system_counts_ ? counted_by_system() : 0; counted != 0)
        return counted;
    if (!others_) { // not sooner: sockets that were carried along become channels after the start
        const auto open = count_descriptors();
        others_ = open - std::min(open, loop_.size());
    }
    return *others_ + loop_.size();
}

std::optional<std::uint64_t> process_facts::descriptor_limit() noexcept {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return std::nullopt;
    return limit.rlim_cur;
}

std::chrono::duration<double> process_facts::uptime() const noexcept {
    return std::chrono::steady_clock::now() - began_;
}

} // namespace chatd
