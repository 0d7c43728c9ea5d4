#include "bench/reactor-bench/counting.hpp"

#include "bench/reactor-bench/meter.hpp"

#include <reactor/unique_fd.hpp>

#include <fmt/format.h>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <vector>

namespace reactor_bench {

namespace {

/// A file that valgrind writes to, removed at the end.
class profile_file {
public:
    profile_file()
        : name_((std::filesystem::temp_directory_path() / "reactor-bench-XXXXXX").string()) {
        fd_.reset(::mkostemp(name_.data(), O_CLOEXEC));
        if (!fd_)
            throw std::runtime_error(
                fmt::format("a temporary file {}: {}", name_, std::strerror(errno)));
    }
    ~profile_file() { ::unlink(name_.c_str()); }
    profile_file(const profile_file&) = delete;
    profile_file& operator=(const profile_file&) = delete;

    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    /// The instructions of the whole program; empty when the file tells none.
    [[nodiscard]] std::optional<double> total() const {
        std::ifstream file(name_);
        for (std::string word; file >> word;) {
            double count = 0;
            if (word == "totals:" && file >> count)
                return count;
        }
        return {};
    }

private:
    std::string name_;
    reactor::unique_fd fd_;
};

/// Runs a program that says nothing; its exit status, or -1 and `errno`.
int run_silently(const std::vector<std::string>& words) {
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (const auto& word : words)
        argv.push_back(const_cast<char*>(word.c_str())); // which posix_spawn does not change
    argv.push_back(nullptr);
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t child = -1;
    const int error = ::posix_spawnp(&child, argv[0], &files, nullptr, argv.data(), environ);
    ::posix_spawn_file_actions_destroy(&files);
    errno = error;
    if (error != 0)
        return -1;
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

counted run_counted(const std::string& program, const benchmark& what, const peer& by,
                    const setting& chosen, std::uint64_t amount) {
    const profile_file profile;
    std::vector<std::string> words{"valgrind",
                                   "-q",
                                   "--tool=callgrind",
                                   "--callgrind-out-file=" + profile.name(),
                                   program,
                                   "run",
                                   what.name,
                                   "--loop=" + by.name,
                                   "--rounds=1",
                                   "--instructions=none"};
    for (const auto& [name, value] : chosen.values())
        words.push_back(fmt::format("--{}={}", name, name == what.counted_amount ? amount : value));
    const int status = run_silently(words);
    if (status == -1)
        return {.why_not = errno == ENOENT ? "valgrind is not installed (Debian: valgrind)"
                                           : fmt::format("valgrind: {}", std::strerror(errno))};
    const auto total = profile.total();
    if (status != 0 || !total)
        return {.why_not = fmt::format("{} fails under valgrind, status {}", by.name, status)};
    return {.value = *total, .why_not = {}};
}

} // namespace

counted count_by_callgrind(const std::string& program, const benchmark& what, const peer& by,
                           const setting& chosen, std::uint64_t amount) {
    auto once = run_counted(program, what, by, chosen, amount);
    if (!once.why_not.empty())
        return once;
    auto thrice = run_counted(program, what, by, chosen, 3 * amount);
    if (!thrice.why_not.empty())
        return thrice;
    return {.value = (thrice.value - once.value) / static_cast<double>(2 * amount), .why_not = {}};
}

} // namespace reactor_bench
