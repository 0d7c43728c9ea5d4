#include "bench/contest/child.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <system_error>
#include <utility>

namespace contest {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr auto look = 20ms;          // how often an end is looked for that no signal told of
constexpr auto ending_patience = 1s; // for one that was asked to end

/// Between fork and exec: nothing but system calls.
[[noreturn]] void become(char* const* argv, const child_start& how, const sigset_t& mask,
                         pid_t parent) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) // it has died already
        ::_exit(126);
    if (how.core) {
        cpu_set_t cores;
        CPU_ZERO(&cores);
        CPU_SET(*how.core, &cores);
        ::sched_setaffinity(0, sizeof cores, &cores);
    }
    const int output = ::open(how.output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    ::sigprocmask(SIG_SETMASK, &mask, nullptr);
    if (::chdir(how.directory.c_str()) == 0)
        ::execv(argv[0], argv);
    std::perror(argv[0]);
    ::_exit(127);
}

/// Those that say something.
std::vector<std::string> lines_of(const std::filesystem::path& file) {
    std::ifstream text(file);
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);)
        if (line.find_first_not_of(" \t\r") != std::string::npos)
            lines.push_back(line);
    return lines;
}

} // namespace

child::child(child_start how, const held_signals& signals)
    : how_(std::move(how)), signals_(signals) {
    std::vector<char*> argv;
    for (std::string& word : how_.argv)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ == 0)
        become(argv.data(), how_, signals.before(), parent);
    if (pid_ < 0)
        throw std::system_error(errno, std::system_category(), "fork");
    ::setpgid(pid_, pid_); // whoever comes first
}

child::~child() {
    ask_to_end();
    wait_quietly(ending_patience);
    ::kill(-pid_, SIGKILL); // also what the process itself has left behind
    wait_quietly(ending_patience);
}

void child::ask_to_end() const noexcept { ::kill(-pid_, SIGTERM); }

bool child::ended() {
    int status = 0;
    if (!ended_ && ::waitpid(pid_, &status, WNOHANG) == pid_) {
        ended_ = true;
        status_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }
    return ended_;
}

bool child::wait(std::chrono::milliseconds limit) {
    const auto end = clock::now() + limit;
    while (!ended() && clock::now() < end)
        signals_.wait(look);
    return ended();
}

/// The same, whatever the program is told meanwhile: it is ending anyway, or will hear it later.
void child::wait_quietly(std::chrono::milliseconds limit) noexcept {
    const auto end = clock::now() + limit;
    while (!ended() && clock::now() < end)
        ::poll(nullptr, 0, 5);
}

std::string child::first_words() const {
    const auto lines = lines_of(how_.output);
    return lines.empty() ? std::string{} : lines.front();
}

std::string child::last_line() const {
    const auto lines = lines_of(how_.output);
    return lines.empty() ? std::string{} : lines.back();
}

std::string child::last_words() const {
    std::string text = status_ < 0 ? fmt::format("ended by {}", ::strsignal(-status_))
                                   : fmt::format("ended with status {}", status_);
    if (const std::string line = last_line(); !line.empty())
        text += ": " + line;
    return text;
}

} // namespace contest
