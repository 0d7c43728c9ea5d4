#include "support/program.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <system_error>
#include <utility>

namespace support {
namespace {

int open_nameless_file() {
    std::string name = (std::filesystem::temp_directory_path() / "program-XXXXXX").string();
    const int descriptor = ::mkostemp(name.data(), O_CLOEXEC | O_APPEND);
    if (descriptor < 0)
        throw std::system_error(errno, std::generic_category(), "mkostemp");
    ::unlink(name.c_str());
    return descriptor;
}

/// The child's part between fork and exec.
[[noreturn]] void become(const std::vector<char*>& argv, int output) {
#ifdef __linux__
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    ::dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    ::execv(argv.front(), argv.data());
    std::perror(argv.front());
    ::_exit(127);
}

} // namespace

program::program(std::string binary, std::vector<std::string> arguments)
    : binary_(std::move(binary)), output_(open_nameless_file()) {
    std::vector<char*> argv{binary_.data()};
    for (std::string& argument : arguments)
        argv.push_back(argument.data());
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0)
        become(argv, output_);
    if (pid_ < 0)
        throw std::system_error(errno, std::generic_category(), "fork");
}

program::~program() {
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    if (std::uncaught_exceptions() > 0)
        std::fprintf(stderr, "%s wrote:\n%s\n", binary_.c_str(), output().c_str());
    ::close(output_);
}

std::string program::output() const {
    std::string text;
    std::array<char, 4096> buffer{};
    for (;;) {
        const auto size =
            ::pread(output_, buffer.data(), buffer.size(), static_cast<off_t>(text.size()));
        if (size <= 0)
            return text;
        text.append(buffer.data(), static_cast<std::size_t>(size));
    }
}

std::string program::wait_for(std::string_view mark, source_line at) {
    std::string rest;
    const auto said = [&] {
        const std::string text = output();
        const auto begin = text.find(mark);
        const auto end = text.find('\n', begin);
        if (begin == std::string::npos || end == std::string::npos)
            return false;
        rest = text.substr(begin + mark.size(), end - begin - mark.size());
        return true;
    };
    wait_until(
        "the program says \"" + std::string(mark) + '"', [&] { return said() || ended(); }, at);
    if (rest.empty() && !said())
        throw failure(at.text() + "the program ended and said: " + output());
    return rest;
}

bool program::ended() {
    if (pid_ <= 0)
        return true;
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == 0)
        return false;
    pid_ = -1;
    status_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    return true;
}

int program::wait(source_line at) {
    wait_until(
        "the program ends", [this] { return ended(); }, at);
    return status_;
}

void program::signal(int number) {
    if (ended() || ::kill(pid_, number) != 0)
        throw failure("the program has ended already; it said: " + output());
}

void program::stop(int number, source_line at) {
    signal(number);
    if (const int status = wait(at); status != 0)
        throw failure(at.text() + "the program ended with " + std::to_string(status));
    if (output().find("reactor audit") != std::string::npos)
        throw failure(at.text() + "the audit found something");
}

} // namespace support
