#pragma once

#include <reactor/child_watch.hpp>
#include <reactor/fwd.hpp>
#include <reactor/timer.hpp>
#include <reactor/unique_fd.hpp>
#include <reactor/unique_function.hpp>

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <span>
#include <string>

namespace chatd {

/// Asks a binary whether it can take over from this process (`upgrade_question`), by running it
/// beside: one that cannot, hangs or crashes costs nothing.  Loop's thread.
class candidate {
public:
    /// @param why  empty for yes, else one phrase.
    using answer = reactor::unique_function<void(const std::string& why)>;

    /// @param patience  how long an answer may take.
    explicit candidate(reactor::loop& owner,
                       std::chrono::seconds patience = std::chrono::seconds{10});
    candidate(const candidate&) = delete;
    candidate& operator=(const candidate&) = delete;
    /// Kills a binary that has not answered.
    ~candidate();

    /// One question at a time.
    [[nodiscard]] bool asking() const noexcept { return watch_.has_value(); }
    /// `told` comes once, by the loop; or inside this call when the binary cannot be
    /// started.
    /// @param words  of the command line that it will get, without the program's name.
    void ask(const std::string& binary, std::span<const std::string> words, answer told);
    /// Ends the binary, and gives this answer in its place; nothing happens when none is awaited.
    void cancel(const std::string& why);

private:
    void kill_child() noexcept;
    void start(const std::string& binary, std::span<const std::string> words);
    void ended(int status);
    void finish(const std::string& why);

    reactor::loop& loop_;
    answer told_;
    reactor::unique_fd output_;
    ::pid_t child_ = -1; // that has not been waited for
    bool hangs_ = false;
    std::optional<reactor::child_watch> watch_;
    std::chrono::seconds longest_;
    reactor::timer patience_;
};

} // namespace chatd
