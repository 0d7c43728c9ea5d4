#pragma once

#include <filesystem>

namespace contest {

/// A directory of our own, readable by nobody else, removed with all it holds.
class private_dir {
public:
    /// Throws std::system_error.
    private_dir();
    ~private_dir();
    private_dir(const private_dir&) = delete;
    private_dir& operator=(const private_dir&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

} // namespace contest
