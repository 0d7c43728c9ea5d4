#pragma once

#include <reactor/unique_fd.hpp>

#include <string>

namespace chatd {

/// Keeps a second daemon out of a state directory, by a lock on the file `lock` in it.
///
/// The lock goes with the process, however that ends, and when it becomes another program, which
/// takes it anew; the file stays.
class state_lock {
public:
    /// Waits for nobody.
    /// @return  false with a sentence in `why` that names the directory and the remedy: another
    ///          process has the lock, or the file cannot be made.
    [[nodiscard]] bool take(const std::string& directory, std::string& why);
    /// Lets the next one in; nothing if it has no lock.
    void release() noexcept { file_.reset(); }

private:
    reactor::unique_fd file_;
};

} // namespace chatd
