// Writes the manual page, when chatctl is built.
#include "chatd/ctl/man_page.hpp"

#include <cstdio>

int main() {
    std::fputs(chatd::ctl::man_page().c_str(), stdout);
    return std::fflush(stdout) == 0 ? 0 : 1;
}
