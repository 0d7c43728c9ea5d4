#include "chatd/upgrade/sealed_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace chatd {

namespace {

std::error_code last_error() noexcept { return {errno, std::generic_category()}; }

#ifdef MFD_ALLOW_SEALING
constexpr int all_seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

reactor::unique_fd make_file() noexcept {
    return reactor::unique_fd{::memfd_create("chatd-state", MFD_CLOEXEC | MFD_ALLOW_SEALING)};
}

bool seal(int fd) noexcept { return ::fcntl(fd, F_ADD_SEALS, all_seals) == 0; }

bool is_sealed(int fd) noexcept { return ::fcntl(fd, F_GET_SEALS) == all_seals; }
#else
// No name leads to it: nobody changes it who was not given it.
reactor::unique_fd make_file() noexcept {
    char name[] = "/tmp/chatd-state-XXXXXX";
    reactor::unique_fd made{::mkostemp(name, O_CLOEXEC)};
    if (made)
        ::unlink(name);
    return made;
}

bool seal(int) noexcept { return true; }

bool is_sealed(int fd) noexcept {
    struct stat file {};
    return ::fstat(fd, &file) == 0 && S_ISREG(file.st_mode) && file.st_nlink == 0;
}
#endif

bool write_all(int fd, std::string_view bytes) noexcept {
    while (!bytes.empty()) {
        const auto written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

/// False with errno; a file that is shorter than it said is EIO.
bool read_all(int fd, std::string& bytes) noexcept {
    for (std::size_t done = 0; done < bytes.size();) {
        const auto got =
            ::pread(fd, bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got == 0)
            errno = EIO;
        if (got <= 0)
            return false;
        done += static_cast<std::size_t>(got);
    }
    return true;
}

} // namespace

reactor::unique_fd make_sealed_file(std::string_view bytes, std::error_code& ec) {
    ec.clear();
    reactor::unique_fd made = make_file();
    if (made && write_all(made.get(), bytes) && seal(made.get()))
        return made;
    ec = last_error();
    return {};
}

bool is_sealed_file(int fd) noexcept { return is_sealed(fd); }

std::optional<std::string> read_sealed_file(int fd, std::error_code& ec) {
    ec.clear();
    struct stat file {};
    if (!is_sealed(fd)) {
        ec = std::make_error_code(std::errc::invalid_argument);
        return std::nullopt;
    }
    if (::fstat(fd, &file) == 0) {
        std::string bytes(static_cast<std::size_t>(file.st_size), '\0');
        if (read_all(fd, bytes))
            return bytes;
    }
    ec = last_error();
    return std::nullopt;
}

} // namespace chatd
