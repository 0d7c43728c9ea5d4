#pragma once

#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace reactor_bench {

/// The first thing that went wrong in the callbacks of a run.  They may be called by C code,
/// through which nothing may be thrown: so it is kept, and thrown by whoever ran the loop.
class failure {
public:
    /// A system call failed: `errno` tells why.
    void set(const char* call) noexcept { set(call, {errno, std::system_category()}); }
    /// Something failed; an empty `why` stands for an end of input that should not be.
    void set(const char* what, std::error_code why) noexcept {
        if (what_ != nullptr)
            return;
        what_ = what;
        why_ = why ? why : std::make_error_code(std::errc::connection_aborted);
    }
    /// What arrived is not what should have.
    void wrong(const char* what) noexcept {
        set(what, std::make_error_code(std::errc::bad_message));
    }

    [[nodiscard]] explicit operator bool() const noexcept { return what_ != nullptr; }
    /// Throws std::system_error if anything was set.
    void rethrow() const {
        if (what_ != nullptr)
            throw std::system_error(why_, what_);
    }

private:
    const char* what_ = nullptr; // a literal
    std::error_code why_;
};

} // namespace reactor_bench
