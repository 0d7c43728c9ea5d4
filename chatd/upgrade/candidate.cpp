#include "chatd/upgrade/candidate.hpp"

#include "chatd/upgrade/question.hpp"
#include "chatd/upgrade/state_format.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>
#include <vector>

namespace chatd {

namespace {

/// What lies in the pipe, up to a few hundred bytes.
std::string read_some(int fd) {
    std::array<char, 512> buffer{};
    const auto got = ::read(fd, buffer.data(), buffer.size());
    return {buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::string describe(int status, const std::string& output) {
    const std::string said = output.empty() ? "and said nothing" : ": " + first_line(output);
    if (WIFSIGNALED(status))
        return "asked, it was ended by signal " + std::to_string(WTERMSIG(status)) + " " + said;
    return "asked, it answered with status " + std::to_string(WEXITSTATUS(status)) +
           (output.empty() ? " " : "") + said;
}

/// What the child's standard descriptors are.
class redirection {
public:
    explicit redirection(int output) {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
        ::posix_spawn_file_actions_adddup2(&actions_, output, STDERR_FILENO);
    }
    redirection(const redirection&) = delete;
    redirection& operator=(const redirection&) = delete;
    ~redirection() { ::posix_spawn_file_actions_destroy(&actions_); }
    [[nodiscard]] const posix_spawn_file_actions_t* get() const noexcept { return &actions_; }

private:
    posix_spawn_file_actions_t actions_{};
};

} // namespace

candidate::candidate(reactor::loop& owner, std::chrono::seconds patience)
    : loop_(owner), longest_(patience), patience_(owner, [this] {
          hangs_ = true;
          if (child_ > 0)
              ::kill(child_, SIGKILL);
      }) {}

candidate::~candidate() { kill_child(); }

void candidate::kill_child() noexcept {
    watch_.reset();
    if (child_ <= 0)
        return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
    child_ = -1;
}

void candidate::cancel(const std::string& why) {
    if (!asking())
        return;
    kill_child();
    finish(why);
}

void candidate::ask(const std::string& binary, std::span<const std::string> words, answer told) {
    told_ = std::move(told);
    hangs_ = false;
    try {
        start(binary, words);
        watch_.emplace(loop_, child_, [this](int status) { ended(status); });
        patience_.start(longest_);
    } catch (const std::system_error& e) {
        kill_child(); // it may run, unwatched
        std::string why = "it cannot be started: " + e.code().message();
        if (e.code() == std::errc::permission_denied)
            why += "; make it executable, or, where it was replaced under a unit that lets it see "
                   "only the old one, use: systemctl restart chatd.service";
        finish(why);
    }
}

void candidate::start(const std::string& binary, std::span<const std::string> words) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0)
        throw std::system_error(errno, std::generic_category());
    output_.reset(ends[0]);
    const reactor::unique_fd theirs{ends[1]};
    std::vector<std::string> copies{binary,
                                    std::string(upgrade_question) + std::to_string(state_format)};
    copies.insert(copies.end(), words.begin(), words.end());
    std::vector<char*> argv;
    argv.reserve(copies.size() + 1);
    for (auto& word : copies)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    const redirection streams(theirs.get());
    ::pid_t made = -1; // of no meaning when it fails
    if (const int error =
            ::posix_spawn(&made, binary.c_str(), streams.get(), nullptr, argv.data(), ::environ);
        error != 0)
        throw std::system_error(error, std::generic_category());
    child_ = made;
}

void candidate::ended(int status) {
    child_ = -1;
    const auto output = read_some(output_.get());
    if (hangs_)
        finish("asked, it gave no answer in " + std::to_string(longest_.count()) + " s");
    else if (WIFEXITED(status) && WEXITSTATUS(status) == 0 &&
             output == upgrade_consent(std::to_string(state_format)))
        finish({});
    else
        finish(describe(status, output));
}

void candidate::finish(const std::string& why) {
    patience_.cancel();
    output_.reset();
    watch_.reset();
    answer told = std::exchange(told_, {});
    told(why);
}

} // namespace chatd
