#include "chatd/bans/state_lock.hpp"

#include "chatd/bans/state_file.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace chatd {

bool state_lock::take(const std::string& directory, std::string& why) {
    const std::string path = directory + "/lock";
    if (!check_replaceable(path, why))
        return false;
    reactor::unique_fd file{
        ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY,
               owner_only)};
    if (file && ::flock(file.get(), LOCK_EX | LOCK_NB) == 0) {
        file_ = std::move(file);
        return true;
    }
    const int error = errno;
    if (file && error == EWOULDBLOCK)
        why = "the state directory " + directory +
              " is in use by another chatd; stop it, or choose another directory with "
              "--state-directory";
    else
        why = "cannot lock " + path + ": " + std::generic_category().message(error);
    return false;
}

} // namespace chatd
