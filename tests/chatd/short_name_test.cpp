#include "chatd/short_name.hpp"

#include "support/catch.hpp"

#include <cstddef>
#include <string>

TEST_CASE("a name is kept whether it fits in place or not", "[chatd][short_name]") {
    chatd::short_name name;
    CHECK(name.view().empty());
    for (const std::size_t size : {1U, 14U, 15U, 16U, 64U, 4096U, 15U, 3U}) {
        const std::string text(size, static_cast<char>('a' + size % 26));
        name.assign(text);
        CHECK(name.view() == text);
        CHECK(chatd::short_name(text).view() == text);
    }
    name.clear();
    CHECK(name.view().empty());
}

TEST_CASE("a name may become a part of itself", "[chatd][short_name]") {
    chatd::short_name name{"abcdefghij"};
    name.assign(name.view().substr(2));
    CHECK(name.view() == "cdefghij");
    name.assign("a name that does not fit in place");
    name.assign(name.view().substr(2, 4));
    CHECK(name.view() == "name");
    name.assign("another name that does not fit in place");
    name.assign(name.view().substr(1));
    CHECK(name.view() == "nother name that does not fit in place");
}
