#include "chatd/config/nearest.hpp"

#include "support/catch.hpp"

#include <array>
#include <string>

using chatd::nearest_of;

TEST_CASE("the nearest word is one letter or two away or begins as the given one",
          "[chatd][config]") {
    constexpr std::array<std::string_view, 4> known{"max-line", "max-name", "listen", "log-level"};
    CHECK(nearest_of("max-line", known) == "max-line");
    CHECK(nearest_of("max-lin", known) == "max-line");
    CHECK(nearest_of("max_name", known) == "max-name");
    CHECK(nearest_of("Listen", known) == "listen");
    CHECK(nearest_of("lsiten", known) == "listen");
    CHECK(nearest_of("log", known) == "log-level");
    CHECK(nearest_of("max", known) == "max-line");
    CHECK(nearest_of("frobnicate", known).empty());
    CHECK(nearest_of("", known).empty());
    CHECK(nearest_of("x", known).empty());
    CHECK(nearest_of(std::string(100'000, 'm'), known).empty());
    CHECK(nearest_of("max-line", {}).empty());
}
