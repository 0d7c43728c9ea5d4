#include "bench/measure/proc_file.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace bench {

std::optional<std::string> read_proc_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return {};
    std::string text{std::istreambuf_iterator<char>(file), {}};
    if (file.bad() || text.empty())
        return {};
    return text;
}

std::vector<std::string> thread_directories(const std::string& process) {
    std::vector<std::string> found;
    std::error_code ec;
    std::filesystem::directory_iterator task(process + "/task", ec);
    for (; !ec && task != std::filesystem::directory_iterator{}; task.increment(ec))
        found.push_back(task->path().string());
    return found;
}

} // namespace bench
