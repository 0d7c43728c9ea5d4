#include "bench/chatload/options.hpp"
#include "bench/chatload/report.hpp"
#include "bench/chatload/swarm.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <string>

namespace {

bool write_file(const std::string& name, const std::string& text) {
    std::FILE* file = std::fopen(name.c_str(), "w");
    if (file == nullptr)
        return false;
    const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    return std::fclose(file) == 0 && written;
}

int run(const chatload::options& asked) {
    const auto load = std::make_unique<chatload::swarm>(asked);
    const chatload::results found = load->run();
    fmt::print("{}", chatload::to_text(found));
    if (!asked.json.empty() && !write_file(asked.json, chatload::to_json(found))) {
        fmt::print(stderr, "chatload: cannot write {}: {}\n", asked.json, std::strerror(errno));
        return 1;
    }
    return found.ok() ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    try {
        const auto parsed = chatload::parse_options(argc, argv);
        if (const auto* exit = std::get_if<chatload::early_exit>(&parsed)) {
            fmt::print(exit->status == 0 ? stdout : stderr, "{}", exit->text);
            return exit->status;
        }
        return run(std::get<chatload::options>(parsed));
    } catch (const std::exception& error) {
        fmt::print(stderr, "chatload: {}\n", error.what());
        return 1;
    }
}
