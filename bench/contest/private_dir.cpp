#include "bench/contest/private_dir.hpp"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>

namespace contest {

private_dir::private_dir() {
    std::string name = (std::filesystem::temp_directory_path() / "shootout-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        throw std::system_error(errno, std::system_category(), "a temporary directory " + name);
    path_ = name;
}

private_dir::~private_dir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

} // namespace contest
