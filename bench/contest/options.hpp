#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace contest {

/// What a contest is to be, checked; whether the servers are there is another matter.
struct options {
    std::vector<std::string> servers; ///< Empty: all that are installed.
    std::vector<std::uint32_t> members{10, 100, 1000};
    std::vector<std::uint32_t> idle{0, 5000, 15'000};
    std::size_t repeats = 5;
    std::chrono::milliseconds duration{3000};
    std::string output = "shootout"; ///< Directory of the table and the page.
    std::string json;                ///< File; empty: none.
};

/// The command line ends the program: with this status, after printing this (to standard error
/// unless 0).
struct early_exit {
    int status = 0;
    std::string text;
};

/// Reads the command line; status 2 and one line for a wrong one.
[[nodiscard]] std::variant<options, early_exit> parse_options(int argc, const char* const* argv);

} // namespace contest
