#include "support/daemon_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

namespace support {
namespace {

[[noreturn]] void throw_errno(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

/// A file without a name, for the daemon's log: unlike a pipe it never fills up.
int open_nameless_file() {
    std::string name = (std::filesystem::temp_directory_path() / "chatd-log-XXXXXX").string();
    const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
    if (descriptor < 0)
        throw_errno("mkostemp");
    ::unlink(name.c_str());
    return descriptor;
}

void set_environment(const std::string& assignment) {
    const auto equals = assignment.find('=');
    ::setenv(assignment.substr(0, equals).c_str(), assignment.substr(equals + 1).c_str(), 1);
}

/// Puts copies where sd_listen_fds(3) looks for them.
void hand_over(const std::vector<int>& descriptors, const std::string& names) {
    constexpr int first = 3;
    const int beyond = first + static_cast<int>(descriptors.size());
    std::vector<int> copies;
    for (int descriptor : descriptors)
        copies.push_back(::fcntl(descriptor, F_DUPFD_CLOEXEC, beyond));
    for (std::size_t i = 0; i < copies.size(); ++i)
        ::dup2(copies[i], first + static_cast<int>(i));
    set_environment("LISTEN_PID=" + std::to_string(::getpid()));
    set_environment("LISTEN_FDS=" + std::to_string(descriptors.size()));
    if (!names.empty())
        set_environment("LISTEN_FDNAMES=" + names);
}

/// The child's part between fork and exec.
[[noreturn]] void become(std::vector<char*> argv, int output, int log,
                         const daemon_process::options& chosen) {
    const std::size_t limit = chosen.descriptor_limit;
#ifdef __linux__
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    if (limit > 0) {
        const rlimit both{limit, limit};
        ::setrlimit(RLIMIT_NOFILE, &both);
    }
    const int input = ::open("/dev/null", O_RDONLY);
    ::dup2(input, STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    for (const std::string& assignment : chosen.environment)
        set_environment(assignment);
    if (!chosen.inherited.empty())
        hand_over(chosen.inherited, chosen.inherited_names);
    ::execv(argv.front(), argv.data());
    std::perror(argv.front());
    ::_exit(127);
}

std::vector<char*> argument_vector(std::string& binary, std::vector<std::string>& arguments) {
    std::vector<char*> argv{binary.data()};
    for (std::string& argument : arguments)
        argv.push_back(argument.data());
    argv.push_back(nullptr);
    return argv;
}

std::vector<std::string> with_listener(std::vector<std::string> arguments) {
    const bool told = std::any_of(arguments.begin(), arguments.end(), [](const std::string& word) {
        return word.starts_with("--listen");
    });
    if (!told)
        arguments.insert(arguments.begin(), {"--listen", "127.0.0.1:0"});
    return arguments;
}

/// `listening on A, B (connect with: ...)` -> A and B; nothing when the line is another.
std::vector<std::string> listed_endpoints(const std::string& line) {
    const std::string head = "listening on ";
    const auto end = line.find(" (connect with: ");
    std::vector<std::string> result;
    if (!line.starts_with(head) || end == std::string::npos)
        return result;
    std::size_t begin = head.size();
    while (begin < end) {
        const auto comma = std::min(line.find(", ", begin), end);
        result.push_back(line.substr(begin, comma - begin));
        begin = comma + 2;
    }
    return result;
}

} // namespace

std::string process_result::how() const {
    return signal != 0 ? "killed by signal " + std::to_string(signal)
                       : "exit code " + std::to_string(exit_code);
}

daemon_process::daemon_process(std::vector<std::string> arguments, source_line at)
    : daemon_process(std::move(arguments), options{}, at) {}

// Delegates to the private constructor, so that the destructor cleans up when there is no ready
// line.
daemon_process::daemon_process(std::vector<std::string> arguments, const options& chosen,
                               source_line at)
    : daemon_process(nullptr) {
    start(chosen.own_listen ? arguments : with_listener(arguments), chosen);
    read_ready_line(at);
}

daemon_process::~daemon_process() {
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    if (std::uncaught_exceptions() > 0)
        std::fprintf(stderr, "the daemon's log:\n%s\n", log().c_str());
    if (output_ >= 0)
        ::close(output_);
    if (log_ >= 0)
        ::close(log_);
}

std::string daemon_process::default_binary() {
    if (const char* chosen = std::getenv("CHATD_BINARY"))
        return chosen;
#ifdef CHATD_BINARY
    return CHATD_BINARY;
#else
    throw failure("which daemon?  Set CHATD_BINARY in the environment");
#endif
}

process_result daemon_process::run(const std::vector<std::string>& arguments, source_line at) {
    return run(arguments, options{}, at);
}

process_result daemon_process::run(const std::vector<std::string>& arguments, const options& chosen,
                                   source_line at) {
    daemon_process process(nullptr);
    process.start(arguments, chosen);
    return process.wait(at);
}

void daemon_process::start(const std::vector<std::string>& arguments, const options& chosen) {
    std::string binary = chosen.binary.empty() ? default_binary() : chosen.binary;
    std::vector<std::string> words = arguments;
    const std::vector<char*> argv = argument_vector(binary, words);
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        throw_errno("pipe2");
    output_ = ends[0];
    log_ = open_nameless_file();
    pid_ = ::fork();
    if (pid_ == 0)
        become(argv, ends[1], log_, chosen);
    ::close(ends[1]);
    if (pid_ < 0)
        throw_errno("fork");
}

void daemon_process::read_ready_line(source_line at) {
    const auto deadline = test_clock::now() + patience;
    std::size_t end = std::string::npos;
    while ((end = unread_.find('\n')) == std::string::npos) {
        if (!read_output(deadline)) {
            throw failure(at.text() + "no ready line on stdout but \"" + unread_ +
                          "\"; stderr: " + log());
        }
    }
    ready_line_ = unread_.substr(0, end);
    unread_.erase(0, end + 1);
    endpoints_ = listed_endpoints(ready_line_);
    if (endpoints_.empty())
        throw failure(at.text() + "not a ready line: " + ready_line_);
}

bool daemon_process::read_output(test_clock::time_point deadline) {
    pollfd entry{output_, POLLIN, 0};
    if (::poll(&entry, 1, milliseconds_until(deadline)) <= 0)
        return false;
    std::array<char, 4096> buffer{};
    const ssize_t size = ::read(output_, buffer.data(), buffer.size());
    if (size <= 0)
        return false;
    unread_.append(buffer.data(), static_cast<std::size_t>(size));
    return true;
}

std::string daemon_process::log() const {
    std::string text;
    std::array<char, 4096> buffer{};
    for (;;) {
        const ssize_t size =
            ::pread(log_, buffer.data(), buffer.size(), static_cast<off_t>(text.size()));
        if (size <= 0)
            return text;
        text.append(buffer.data(), static_cast<std::size_t>(size));
    }
}

std::size_t daemon_process::resident_kib() const {
    std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
    std::string word;
    while (status >> word) {
        std::size_t size = 0;
        if (word == "VmRSS:" && status >> size)
            return size;
    }
    throw failure("no VmRSS of process " + std::to_string(pid_));
}

void daemon_process::signal(int number) {
    if (pid_ <= 0 || ::kill(pid_, number) != 0)
        throw failure("the daemon has ended already");
}

void daemon_process::pause() {
    signal(SIGSTOP);
    int status = 0;
    if (::waitpid(pid_, &status, WUNTRACED) != pid_ || !WIFSTOPPED(status)) {
        pid_ = -1;
        throw failure("the daemon ended instead of standing still");
    }
}

void daemon_process::resume() { signal(SIGCONT); }

bool daemon_process::ended() {
    if (pid_ <= 0)
        return true;
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == 0)
        return false;
    pid_ = -1;
    if (WIFEXITED(status))
        result_.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status))
        result_.signal = WTERMSIG(status);
    return true;
}

process_result daemon_process::wait(source_line at) {
    wait_until(
        "the daemon ends", [this] { return ended(); }, at);
    while (read_output(test_clock::now() + patience)) {}
    result_.output = unread_;
    result_.log = log();
    return result_;
}

void daemon_process::stop(int number, source_line at) {
    signal(number);
    const process_result result = wait(at);
    if (result.exit_code != 0)
        throw failure(at.text() + "the daemon ended with " + result.how());
    if (!result.output.empty())
        throw failure(at.text() + "more on stdout: " + result.output);
    if (log().find("reactor audit") != std::string::npos)
        throw failure(at.text() + "the audit found something");
}

} // namespace support
