#include "chatd/upgrade/predecessor.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace chatd {

namespace {

constexpr std::array handled_signals{SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2};
constexpr int first_descriptor = 3;

void mask_signals(int how) noexcept {
    sigset_t set{};
    ::sigemptyset(&set);
    for (const int number : handled_signals)
        ::sigaddset(&set, number);
    ::pthread_sigmask(how, &set, nullptr);
}

bool set_close_on_exec(int fd, bool on) noexcept {
    return ::fcntl(fd, F_SETFD, on ? FD_CLOEXEC : 0) == 0;
}

/// While it lives the descriptors go with exec.
class carried_along {
public:
    carried_along(const handed_state& state, int file) : fds_{file} {
        for (const auto& list : {state.listeners, state.sessions})
            for (const socket_id& id : list)
                if (id.cookie != 0)
                    fds_.push_back(id.number);
        for (const int fd : fds_)
            set_close_on_exec(fd, false);
    }
    carried_along(const carried_along&) = delete;
    carried_along& operator=(const carried_along&) = delete;
    ~carried_along() {
        for (const int fd : fds_)
            set_close_on_exec(fd, true);
    }

private:
    std::vector<int> fds_;
};

std::vector<char*> pointers_to(std::vector<std::string>& words) {
    std::vector<char*> all;
    all.reserve(words.size() + 1);
    for (auto& word : words)
        all.push_back(word.data());
    all.push_back(nullptr);
    return all;
}

std::vector<std::string> environment_with(const std::string& variable) {
    std::vector<std::string> all{variable};
    for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry)
        all.emplace_back(*entry);
    return all;
}

} // namespace

std::string replace_program(const std::string& binary, std::span<const std::string> words, int file,
                            const handed_state& state) {
    std::vector<std::string> arguments{binary};
    arguments.insert(arguments.end(), words.begin(), words.end());
    auto environment = environment_with(std::string(state_variable) + "=" + std::to_string(file));
    const auto argv = pointers_to(arguments);
    const auto envp = pointers_to(environment);
    const carried_along descriptors(state, file);
    ::execve(binary.c_str(), argv.data(), envp.data());
    return "it cannot be run: " + std::error_code(errno, std::generic_category()).message();
}

int take_state_variable() noexcept {
    // NOLINTBEGIN(concurrency-mt-unsafe): there are no threads, as documented
    const char* const text = std::getenv(state_variable);
    int number = -1;
    if (text != nullptr) {
        const auto* const end = text + std::strlen(text);
        const auto [rest, failure] = std::from_chars(text, end, number);
        if (failure != std::errc{} || rest != end || number < first_descriptor)
            number = -1;
        ::unsetenv(state_variable);
    }
    // NOLINTEND(concurrency-mt-unsafe)
    return number;
}

void block_signals() noexcept { mask_signals(SIG_BLOCK); }

void unblock_signals() noexcept { mask_signals(SIG_UNBLOCK); }

std::vector<reactor::unique_fd> carried_sockets() {
    std::vector<reactor::unique_fd> found;
    std::error_code ec;
    for (const auto& entry : std::filesystem::directory_iterator("/dev/fd", ec)) {
        const int fd = std::atoi(entry.path().filename().c_str());
        const int flags = fd >= first_descriptor ? ::fcntl(fd, F_GETFD) : -1;
        if (flags < 0 || (flags & FD_CLOEXEC) != 0 || !(is_connection(fd) || is_listening(fd)))
            continue;
        set_close_on_exec(fd, true);
        found.emplace_back(fd);
    }
    return found;
}

} // namespace chatd
