#include "chatd/config/config_file.hpp"

#include <reactor/unique_fd.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

namespace chatd {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t greatest_file = 1024 * 1024; // bytes; a sane one has some kilobytes

std::string reason(int error) { return std::generic_category().message(error); }

std::string cannot_open(int error) {
    std::string text = "cannot be read: " + reason(error);
    if (error == ENOENT)
        text += "; --config takes the name of a file that exists";
    else if (error == EACCES)
        text += "; let the user that chatd runs as read it";
    return text;
}

/// The bytes of a file.  Empty with a sentence in `why`.
std::optional<std::string> contents_of(const std::string& path, std::string& why) {
    const reactor::unique_fd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    struct stat about {};
    if (!fd || ::fstat(fd.get(), &about) != 0) {
        why = cannot_open(errno);
        return std::nullopt;
    }
    if (!S_ISREG(about.st_mode) && !S_ISCHR(about.st_mode)) { // /dev/null is a way to say: nothing
        why = S_ISDIR(about.st_mode) ? "is a directory; give the name of a file"
                                     : "is not a plain file; give the name of one";
        return std::nullopt;
    }
    std::string text;
    std::array<char, 16 * 1024> piece{};
    for (;;) {
        const auto got = ::read(fd.get(), piece.data(), piece.size());
        if (got == 0)
            return text;
        if (got < 0) {
            why = "cannot be read: " + reason(errno);
            return std::nullopt;
        }
        text.append(piece.data(), static_cast<std::size_t>(got));
        if (text.size() > greatest_file) {
            why = "is larger than 1MiB, which no configuration of chatd is; give the right file";
            return std::nullopt;
        }
    }
}

statement unreadable(const std::string& path, std::string why) {
    statement whole;
    whole.where.file = path;
    whole.fault = std::move(why);
    return whole;
}

void read_file(const std::string& path, std::vector<statement>& into) {
    std::string why;
    if (const auto text = contents_of(path, why))
        read_config_text(*text, path, into);
    else
        into.push_back(unreadable(path, why));
}

/// The files of a drop-in directory; none if there is no such directory.
std::vector<std::string> files_in(const fs::path& directory, std::vector<statement>& into) {
    std::vector<std::string> found;
    std::error_code ec;
    for (fs::directory_iterator entry{directory, ec}, end; !ec && entry != end;
         entry.increment(ec)) {
        const std::string name = entry->path().filename().string();
        if (!name.starts_with('.') && name.ends_with(".conf"))
            found.push_back(entry->path().string());
    }
    if (ec && ec != std::errc::no_such_file_or_directory)
        into.push_back(unreadable(directory.string(), "cannot be read: " + ec.message()));
    std::sort(found.begin(), found.end());
    return found;
}

} // namespace

std::vector<statement> read_config_files(const std::string& path) {
    std::vector<statement> read;
    read_file(path, read);
    for (const std::string& file : files_in(fs::path{path}.parent_path() / "conf.d", read))
        read_file(file, read);
    return read;
}

} // namespace chatd
