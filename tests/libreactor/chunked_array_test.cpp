#include "chunked_array.hpp"

#include "support/catch.hpp"

#include <cstddef>
#include <memory>

using reactor::detail::chunked_array;

TEST_CASE("an array of chunks has what was appended in its order", "[chunked_array]") {
    chunked_array<std::size_t> numbers;
    CHECK(numbers.empty());
    for (std::size_t i = 0; i < 2000; ++i) {
        numbers.push_back(i);
        REQUIRE(numbers.size() == i + 1);
        REQUIRE(numbers.back() == i);
    }
    for (std::size_t i = 0; i < 2000; ++i)
        REQUIRE(numbers[i] == i);
}

TEST_CASE("elements behind the first chunk stay where they are when an array grows",
          "[chunked_array]") {
    chunked_array<std::size_t> numbers;
    for (std::size_t i = 0; i < 256; ++i)
        numbers.push_back(i);
    const std::size_t* const first = &numbers[0]; // a whole chunk: from here on it stays
    numbers.push_back(256);
    const std::size_t* const second = &numbers[256];
    for (std::size_t i = 257; i < 100'000; ++i)
        numbers.push_back(i);
    CHECK(&numbers[0] == first);
    CHECK(&numbers[256] == second);
}

TEST_CASE("what is reserved is there when elements are appended", "[chunked_array]") {
    chunked_array<std::size_t> numbers;
    numbers.reserve(300);
    CHECK(numbers.empty());
    numbers.push_back(0);
    const std::size_t* const first = &numbers[0];
    while (numbers.size() < 300)
        numbers.push_back(numbers.size());
    CHECK(&numbers[0] == first); // nothing was made anew
    CHECK(numbers[299] == 299);
}

TEST_CASE("an array is cut and appended to again", "[chunked_array]") {
    chunked_array<std::size_t> numbers;
    for (std::size_t i = 0; i < 600; ++i)
        numbers.push_back(i);
    numbers.pop_back();
    CHECK(numbers.back() == 598);
    numbers.truncate(10);
    CHECK(numbers.size() == 10);
    numbers.push_back(77);
    CHECK(numbers[9] == 9);
    CHECK(numbers.back() == 77);
    numbers.truncate(0);
    CHECK(numbers.empty());
}

TEST_CASE("an array grows to a size with empty elements and never shrinks by it",
          "[chunked_array]") {
    chunked_array<std::unique_ptr<int>> owned;
    owned.grow_to(5);
    CHECK(owned.size() == 5);
    owned[4] = std::make_unique<int>(4);
    owned.grow_to(400);
    owned[399] = std::make_unique<int>(399);
    owned.grow_to(3);
    REQUIRE(owned.size() == 400);
    CHECK(*owned[4] == 4);
    CHECK(*owned[399] == 399);
    CHECK(owned[5] == nullptr);
}
