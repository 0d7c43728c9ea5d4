// Random programs of the terminator machine: the library does what the model of asynchat's rules
// does, call for call.  REACTOR_SIM_SEED replays the program that failed, REACTOR_PROPERTY_RUNS
// sets how many are run.
#include "terminator_program.hpp"

#include "support/catch.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

std::uint64_t number_in(const char* variable, std::uint64_t otherwise) {
    const char* text = std::getenv(variable);
    return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

std::string side_by_side(const terminators::events& library, const terminators::events& model) {
    std::string text;
    for (std::size_t i = 0; i < std::max(library.size(), model.size()); ++i) {
        const auto ours = i < library.size() ? library[i] : "";
        const auto theirs = i < model.size() ? model[i] : "";
        text += std::string(ours == theirs ? "    " : "  ! ") + ours +
                (ours == theirs ? "" : "  instead of  " + theirs) + "\n";
    }
    return text;
}

} // namespace

TEST_CASE("the terminator machine follows the model whatever the input and its cuts",
          "[property][async_chat][terminator]") {
    const auto first = number_in("REACTOR_SIM_SEED", 1);
    const auto runs =
        number_in("REACTOR_PROPERTY_RUNS", std::getenv("REACTOR_SIM_SEED") != nullptr ? 1 : 2000);
    int failed = 0;
    for (auto seed = first; seed < first + runs && failed < 3; ++seed) {
        const auto program = terminators::random_program(seed);
        std::vector<std::string> held_by_library;
        std::vector<std::string> held_by_model;
        const auto library = terminators::played_by_library(program, held_by_library);
        const auto model = terminators::played_by_model(program, held_by_model);
        if (library == model && held_by_library == held_by_model)
            continue;
        ++failed;
        FAIL_CHECK(terminators::describe(program, library.size())
                   << "calls, and what the model says:\n"
                   << side_by_side(library, model) << "held after each step:\n"
                   << side_by_side(held_by_library, held_by_model));
    }
    CHECK(failed == 0);
}
