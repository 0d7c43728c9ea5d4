// Writes what is shipped about the options, out of their table: at build time, not for users.
#include "chatd/manual/option_pages.hpp"
#include "chatd/options.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iterator>
#include <string>

namespace {

int run(const std::string& what, const std::string& from, const std::string& to) {
    chatd::options defaults;
    const auto table = chatd::list_options(defaults);
    std::string made;
    if (what == "page") {
        std::ifstream in{from, std::ios::binary};
        const std::string text{std::istreambuf_iterator<char>{in}, {}};
        made = in ? chatd::page(text, table) : std::string{};
    } else {
        made = chatd::sample_file(table);
    }
    std::ofstream out{to, std::ios::binary};
    out << made << std::flush;
    if (!made.empty() && out)
        return EXIT_SUCCESS;
    std::fprintf(stderr, "chatd-manual: cannot make %s\n", to.c_str());
    return EXIT_FAILURE;
}

} // namespace

int main(int argc, char** argv) {
    try {
        const std::string what = argc > 1 ? argv[1] : "";
        if (what == "page" && argc == 4)
            return run(what, argv[2], argv[3]);
        if (what == "sample" && argc == 3)
            return run(what, {}, argv[2]);
        std::fputs("usage: chatd-manual page TEMPLATE FILE | chatd-manual sample FILE\n", stderr);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "chatd-manual: %s\n", e.what());
    }
    return EXIT_FAILURE;
}
