#include "chatd/bans/state_file.hpp"

#include <reactor/unique_fd.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace chatd {

namespace {

bool fail(std::string& why, const std::string& what, const std::string& path, int error) {
    why = "cannot " + what + " " + path + ": " + std::generic_category().message(error);
    return false;
}

std::string directory_of(const std::string& path) {
    const auto slash = path.rfind('/');
    if (slash == std::string::npos)
        return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

/// 0, or errno.
int write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno != EINTR)
            return errno;
        if (written > 0)
            text.remove_prefix(static_cast<std::size_t>(written));
    }
    return ::fsync(fd) == 0 ? 0 : errno;
}

/// Makes the renaming last; what a directory does not support is no fault.
void sync_directory(const std::string& path) noexcept {
    const reactor::unique_fd directory{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (directory)
        (void)::fsync(directory.get());
}

} // namespace

std::optional<std::string> read_state_file(const std::string& path, std::string& why) {
    // Not blocking: somebody may have put a FIFO there.
    const reactor::unique_fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    std::string text;
    if (!file && errno == ENOENT)
        return text;
    struct stat status {};
    int error = file && ::fstat(file.get(), &status) == 0 ? 0 : errno;
    if (error == 0 && !S_ISREG(status.st_mode))
        error = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
    char buffer[16 * 1024];
    while (error == 0) {
        const auto got = ::read(file.get(), buffer, sizeof buffer);
        if (got == 0)
            return text;
        if (got > 0)
            text.append(buffer, static_cast<std::size_t>(got));
        else if (errno != EINTR)
            error = errno;
    }
    fail(why, "read", path, error);
    return std::nullopt;
}

bool replace_state_file(const std::string& path, std::string_view text, std::string& why) {
    const std::string fresh = path + ".new";
    (void)::unlink(fresh.c_str()); // of a former attempt
    reactor::unique_fd file{
        ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, owner_only)};
    if (!file)
        return fail(why, "create", fresh, errno);
    const int error = write_all(file.get(), text);
    file.reset();
    if (error == 0 && std::rename(fresh.c_str(), path.c_str()) == 0) {
        sync_directory(directory_of(path));
        return true;
    }
    fail(why, error == 0 ? "replace" : "write", error == 0 ? path : fresh,
         error == 0 ? errno : error);
    (void)::unlink(fresh.c_str());
    return false;
}

bool check_replaceable(const std::string& path, std::string& why) {
    const std::string directory = directory_of(path);
    struct stat status {};
    if (::stat(directory.c_str(), &status) != 0)
        return fail(why, "use the state directory", directory, errno);
    if (!S_ISDIR(status.st_mode))
        return fail(why, "use the state directory", directory, ENOTDIR);
    if (::access(directory.c_str(), W_OK | X_OK) != 0)
        return fail(why, "write in the state directory", directory, errno);
    return true;
}

} // namespace chatd
