// The only file that names Catch2's headers.  Tests are written for version 3; with version 2
// (Debian 12) this file supplies version 3's names that the tests use.
#pragma once

#if __has_include(<catch2/catch_test_macros.hpp>)

#include <catch2/catch_approx.hpp>
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/catch_tostring.hpp>
#include <catch2/generators/catch_generators_all.hpp>
#include <catch2/matchers/catch_matchers_all.hpp>

#else

#include <catch2/catch.hpp>

#include <iostream>
#include <string>

namespace Catch {

using Detail::Approx;

namespace Matchers {

using Impl::MatcherBase;

// NOLINTNEXTLINE(readability-identifier-naming): the name is version 3's.
inline auto ContainsSubstring(const std::string& part,
                              CaseSensitive::Choice sensitivity = CaseSensitive::Yes) {
    return Contains(part, sensitivity);
}

} // namespace Matchers
} // namespace Catch

// Version 2 cannot skip: the test says so and ends, and CTest knows it by what it said.
// For the body of a test case only, as it returns.
// NOLINTBEGIN(bugprone-macro-parentheses): the reason may hold a <<, as in version 3.
#define SKIP(reason)                                                                               \
    do {                                                                                           \
        SUCCEED();                                                                                 \
        std::cout << "SKIPPED: " << reason << std::endl;                                           \
        return;                                                                                    \
    } while (false)
// NOLINTEND(bugprone-macro-parentheses)

#endif
