#include "chatd/name_set.hpp"

#include "support/catch.hpp"

#include <cstddef>
#include <random>
#include <set>
#include <stdexcept>
#include <string>

namespace {

std::string user(std::size_t number) { return "user" + std::to_string(number); }

} // namespace

TEST_CASE("an empty set has nothing", "[chatd][name_set]") {
    chatd::name_set names;
    CHECK_FALSE(names.contains("a"));
    CHECK_FALSE(names.erase("a"));
    CHECK(names.size() == 0);
}

TEST_CASE("a name is in the set once", "[chatd][name_set]") {
    chatd::name_set names;
    CHECK(names.insert("anna"));
    CHECK_FALSE(names.insert("anna"));
    CHECK(names.insert("Anna"));
    CHECK(names.insert("ann"));
    CHECK(names.insert(""));
    CHECK(names.insert(std::string("an\0na", 5)));
    CHECK(names.size() == 5);
    CHECK(names.erase("anna"));
    CHECK_FALSE(names.erase("anna"));
    CHECK_FALSE(names.contains("anna"));
    CHECK(names.contains("Anna"));
    CHECK(names.insert("anna"));
}

TEST_CASE("names of every length that is allowed are kept", "[chatd][name_set]") {
    chatd::name_set names;
    for (const std::size_t length : {255U, 256U, 257U, 65'535U})
        CHECK(names.insert(std::string(length, 'x')));
    for (const std::size_t length : {255U, 256U, 257U, 65'535U})
        CHECK(names.contains(std::string(length, 'x')));
    CHECK_THROWS_AS(names.insert(std::string(65'536, 'x')), std::length_error);
    CHECK(names.size() == 4);
}

TEST_CASE("names that come and go are those of a plain set", "[chatd][name_set]") {
    const auto seed = GENERATE(1U, 2U, 3U);
    const std::size_t different = GENERATE(20U, 3000U);
    std::mt19937 random(seed);
    chatd::name_set names;
    std::set<std::string> model;
    for (int i = 0; i < 20'000; ++i) {
        const auto name = user(random() % different);
        if (random() % 2 == 0)
            REQUIRE(names.insert(name) == model.insert(name).second);
        else
            REQUIRE(names.erase(name) == (model.erase(name) == 1));
        REQUIRE(names.size() == model.size());
    }
    for (std::size_t i = 0; i < different; ++i)
        REQUIRE(names.contains(user(i)) == (model.count(user(i)) == 1));
}

TEST_CASE("names take little more memory than their bytes", "[chatd][name_set]") {
    for (const std::size_t count : {1000U, 12'000U, 12'500U, 15'000U}) {
        chatd::name_set names;
        for (std::size_t i = 0; i < count; ++i)
            names.insert("user" + std::to_string(10'000 + i));
        CHECK(static_cast<double>(names.memory()) / static_cast<double>(count) <=
              9 * 1.25 + 2 * 1.25 + 11); // of nine bytes each
    }
}

TEST_CASE("the memory of names that went is used again", "[chatd][name_set]") {
    chatd::name_set names;
    for (std::size_t i = 0; i < 1000; ++i)
        names.insert(user(i));
    const auto full = names.memory();
    for (std::size_t i = 1000; i < 100'000; ++i) {
        REQUIRE(names.erase(user(i - 1000)));
        REQUIRE(names.insert(user(i)));
    }
    CHECK(names.size() == 1000);
    CHECK(names.memory() <= 2 * full);
}
