#include "bench/measure/json_file.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <unistd.h>

namespace bench {

namespace {

namespace fs = std::filesystem;

struct close_file {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
using file_handle = std::unique_ptr<std::FILE, close_file>;

[[noreturn]] void fail(std::string_view doing, const std::string& name, int error) {
    throw std::runtime_error(fmt::format("cannot {} {}: {}", doing, name, std::strerror(error)));
}

std::string read_whole(const std::string& name) {
    const file_handle file{std::fopen(name.c_str(), "rb")};
    if (!file)
        fail("read", name, errno);
    std::string text;
    char buffer[64 * 1024];
    while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, file.get()))
        text.append(buffer, got);
    if (std::ferror(file.get()) != 0)
        fail("read", name, errno);
    return text;
}

/// Without the library's name for the error: "line 2, column 1: syntax error ...".
std::string place_and_cause(std::string what) {
    for (const std::string_view before : {"] ", "parse error at "}) {
        if (const std::size_t at = what.find(before); at != std::string::npos)
            what.erase(0, at + before.size());
    }
    return what;
}

/// Gives false, and errno, when not all of it could be written.
bool write_whole(const std::string& name, const char* mode, std::string_view text) {
    std::FILE* file = std::fopen(name.c_str(), mode);
    if (file == nullptr)
        return false;
    const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    const int error = errno;
    const bool closed = std::fclose(file) == 0; // a full disk may tell only now
    if (!written)
        errno = error;
    return written && closed;
}

/// Whether there is something that a rename must not replace, such as a terminal or a pipe.
bool is_special(const std::string& name) {
    std::error_code ignored;
    const fs::file_status there = fs::status(name, ignored);
    return fs::exists(there) && !fs::is_regular_file(there);
}

/// What a link leads to, because a rename replaces the link itself.
std::string rename_target(const std::string& name) {
    std::error_code ignored;
    return fs::exists(name, ignored) ? fs::canonical(name, ignored).string() : name;
}

std::string temporary_beside(const std::string& target) {
    return fmt::format("{}.{}.part", target, ::getpid());
}

} // namespace

nlohmann::ordered_json read_json_file(const std::string& name) {
    const std::string text = read_whole(name);
    try {
        return nlohmann::ordered_json::parse(text);
    } catch (const nlohmann::json::exception& error) {
        throw std::runtime_error(
            fmt::format("{}: not JSON: {}", name, place_and_cause(error.what())));
    }
}

std::string json_text(const nlohmann::ordered_json& value) {
    return value.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

std::string json_string(std::string_view text) {
    return nlohmann::ordered_json(text).dump(-1, ' ', true,
                                             nlohmann::ordered_json::error_handler_t::replace);
}

void write_file(const std::string& name, std::string_view text) {
    if (is_special(name)) {
        if (!write_whole(name, "w", text))
            fail("write", name, errno);
        return;
    }
    const std::string target = rename_target(name);
    const std::string temporary = temporary_beside(target);
    if (!write_whole(temporary, "wx", text) ||
        std::rename(temporary.c_str(), target.c_str()) != 0) {
        const int error = errno;
        std::remove(temporary.c_str());
        fail("write", name, error);
    }
}

void check_writable(const std::string& name) {
    std::error_code ignored;
    if (fs::is_directory(name, ignored))
        fail("write", name, EISDIR);
    if (is_special(name)) {
        if (::access(name.c_str(), W_OK) != 0)
            fail("write", name, errno);
        return;
    }
    const std::string temporary = temporary_beside(rename_target(name));
    if (!write_whole(temporary, "wx", ""))
        fail("write", name, errno);
    std::remove(temporary.c_str());
}

} // namespace bench
