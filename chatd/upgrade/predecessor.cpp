#include "chatd/upgrade/predecessor.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

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
    carried_along(const handed_state& state, int file, std::span<const named_socket> others)
        : fds_{file} {
        for (const named_socket& each : others)
            fds_.push_back(each.fd);
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

std::vector<std::string> environment_with(std::vector<std::string> all) {
    for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry)
        all.emplace_back(*entry);
    return all;
}

std::string list_of(std::span<const named_socket> sockets) {
    std::string list;
    for (const named_socket& each : sockets)
        list.append(list.empty() ? "" : ",")
            .append(each.name)
            .append(":")
            .append(std::to_string(each.fd));
    return list;
}

/// All of `text` as a descriptor's number; -1 if it is none that can have come along.
int descriptor_number(std::string_view text) noexcept {
    int number = -1;
    const auto* const end = text.data() + text.size();
    const auto [rest, failure] = std::from_chars(text.data(), end, number);
    return failure == std::errc{} && rest == end && number >= first_descriptor ? number : -1;
}

/// Empty if it is not there; it is gone then.
std::string take_variable(const char* name) {
    // NOLINTBEGIN(concurrency-mt-unsafe): there are no threads, as documented
    const char* const text = std::getenv(name);
    std::string value = text != nullptr ? text : "";
    ::unsetenv(name);
    // NOLINTEND(concurrency-mt-unsafe)
    return value;
}

} // namespace

std::string replace_program(const std::string& binary, std::span<const std::string> words, int file,
                            const handed_state& state, std::span<const named_socket> others) {
    std::vector<std::string> arguments{binary};
    arguments.insert(arguments.end(), words.begin(), words.end());
    std::vector<std::string> variables{std::string(state_variable) + "=" + std::to_string(file)};
    if (!others.empty())
        variables.push_back(std::string(sockets_variable) + "=" + list_of(others));
    auto environment = environment_with(std::move(variables));
    const auto argv = pointers_to(arguments);
    const auto envp = pointers_to(environment);
    const carried_along descriptors(state, file, others);
    ::execve(binary.c_str(), argv.data(), envp.data());
    return "it cannot be run: " + std::error_code(errno, std::generic_category()).message();
}

int take_state_variable() { return descriptor_number(take_variable(state_variable)); }

std::vector<reactor::inherited_descriptor> take_named_sockets() {
    const std::string list = take_variable(sockets_variable);
    std::vector<reactor::inherited_descriptor> found;
    for (std::string_view left = list; !left.empty();) {
        const auto entry = left.substr(0, left.find(','));
        left.remove_prefix(std::min(left.size(), entry.size() + 1));
        const auto colon = entry.find(':');
        const int fd =
            colon == std::string_view::npos ? -1 : descriptor_number(entry.substr(colon + 1));
        if (fd < 0 || !is_listening(fd) || !set_close_on_exec(fd, true))
            continue;
        found.push_back({reactor::unique_fd{fd}, std::string(entry.substr(0, colon))});
    }
    return found;
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
