#include "chatd/byte_batch.hpp"

#include "support/catch.hpp"

#include <array>
#include <string>
#include <string_view>

using chatd::byte_batch;

TEST_CASE("a batch holds all pieces in their order", "[byte_batch]") {
    byte_batch batch;
    CHECK(batch.view().empty());
    const std::array<std::string_view, 4> pieces{"alice", ": ", std::string_view{}, "hello\n"};
    batch.append(pieces);
    CHECK(batch.view() == "alice: hello\n");
    CHECK(batch.size() == 13);
    batch.append({});
    CHECK(batch.view() == "alice: hello\n");
}

TEST_CASE("a batch keeps what it holds while it grows", "[byte_batch]") {
    byte_batch batch;
    std::string expected;
    for (int i = 0; i < 1000; ++i) {
        const std::string text = std::to_string(i) + ' ';
        const std::array<std::string_view, 2> pieces{text, "x"};
        batch.append(pieces);
        expected += text + 'x';
    }
    CHECK(batch.view() == expected);
}

TEST_CASE("a batch that was emptied begins anew", "[byte_batch]") {
    byte_batch batch;
    const std::string large(1000, 'x');
    const std::array<std::string_view, 1> first{large};
    batch.append(first);
    const auto kept = GENERATE(100, 10'000);
    batch.clear(static_cast<std::size_t>(kept));
    CHECK(batch.size() == 0);
    const std::array<std::string_view, 1> second{"y"};
    batch.append(second);
    CHECK(batch.view() == "y");
}
