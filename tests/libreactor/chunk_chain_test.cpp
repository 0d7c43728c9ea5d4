#include "chunk_chain.hpp"

#include "support/catch.hpp"

#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using reactor::detail::chunk_chain;
using reactor::detail::chunk_ref;

namespace {

constexpr std::size_t chunk_bytes = 64;

struct chain_stage {
    std::size_t memory = 0;
    chunk_chain chain{chunk_bytes, memory};

    void append(std::string_view text) { chain.append({&text, 1}); }
    /// All from `cursor` on, slice by slice.
    [[nodiscard]] std::string read(std::uint64_t cursor) const {
        std::string text;
        while (cursor < chain.end()) {
            const auto slice = chain.slice(cursor);
            text.append(slice.bytes);
            cursor += slice.bytes.size();
        }
        return text;
    }
};

std::string letters(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text += static_cast<char>('a' + i % 26);
    return text;
}

} // namespace

TEST_CASE("a chain gives back what was appended from any cursor", "[chunks]") {
    chain_stage c;
    const auto text = letters(1000);
    for (std::size_t at = 0, size = 1; at < text.size(); at += size, size = size % 150 + 7)
        c.append(std::string_view{text}.substr(at, size));
    CHECK(c.chain.end() == 1000);
    for (const std::size_t cursor : {0U, 1U, 63U, 64U, 65U, 500U, 999U, 1000U})
        CHECK(c.read(cursor) == text.substr(cursor));
}

TEST_CASE("pieces are appended as one", "[chunks]") {
    chain_stage c;
    const std::array<std::string_view, 4> pieces{"one ", "", "two ", "three"};
    c.chain.append(pieces);
    CHECK(c.read(0) == "one two three");
    c.chain.append({});
    CHECK(c.chain.end() == 13);
}

TEST_CASE("a slice ends at its chunk's end", "[chunks]") {
    chain_stage c;
    c.append(letters(100));
    CHECK(c.chain.slice(0).bytes.size() == 64);
    CHECK(c.chain.slice(60).bytes.size() == 4);
    CHECK(c.chain.slice(64).bytes.size() == 36);
    CHECK(c.chain.chunks() == 2);
}

TEST_CASE("gathering takes as many chunks as there is room for", "[chunks]") {
    chain_stage c;
    c.append(letters(300));
    std::array<iovec, 3> room{};
    CHECK(c.chain.gather(10, room) == 3);
    CHECK(room[0].iov_len == 54);
    CHECK(room[1].iov_len == 64);
    CHECK(room[2].iov_len == 64);
    CHECK(c.chain.gather(250, room) == 2);
    CHECK(room[1].iov_len == 44);
    CHECK(c.chain.gather(300, room) == 0);
    CHECK(c.chain.gather(0, {}) == 0);
}

TEST_CASE("chunks before the first cursor are dropped and the last one stays", "[chunks]") {
    chain_stage c;
    c.append(letters(256)); // four chunks, all full
    CHECK(c.memory == 256);
    c.chain.drop_before(64);
    CHECK(c.chain.chunks() == 3);
    CHECK(c.memory == 192);
    CHECK(c.read(64) == letters(256).substr(64));
    c.chain.drop_before(256);
    CHECK(c.chain.chunks() == 1);
    CHECK(c.chain.memory() == 64);
    c.append("more");
    CHECK(c.read(256) == "more");
}

TEST_CASE("a small rest of the first chunk is copied out", "[chunks]") {
    chain_stage c;
    c.append(letters(128));
    c.chain.drop_before(55); // 9 bytes are more than an eighth
    CHECK(c.memory == 128);
    c.chain.drop_before(57);
    CHECK(c.memory == 64 + 7);
    CHECK(c.read(57) == letters(128).substr(57));
    CHECK(c.read(60) == letters(128).substr(60));
    c.chain.drop_before(63);
    CHECK(c.chain.memory() == c.memory);
    CHECK(c.read(63) == letters(128).substr(63));
    c.chain.drop_before(64);
    CHECK(c.memory == 64);
}

TEST_CASE("a slice keeps its chunk alive without the chain", "[chunks]") {
    std::size_t memory = 0;
    {
        reactor::detail::chunk_slice slice;
        {
            chunk_chain chain(chunk_bytes, memory);
            const std::string_view text = "kept";
            chain.append({&text, 1});
            slice = chain.slice(0);
        }
        CHECK(slice.bytes == "kept");
        CHECK(memory == chunk_bytes);
    }
    CHECK(memory == 0);
}

TEST_CASE("a chain that nobody follows keeps nothing and goes on behind", "[chunks]") {
    chain_stage c;
    c.append(letters(100));
    c.chain.skip(30);
    CHECK(c.memory == 0);
    CHECK(c.chain.end() == 130);
    c.append("next");
    CHECK(c.read(130) == "next");
    CHECK(c.memory == 62); // the rest of chunk 2
    c.append(letters(200));
    CHECK(c.read(134) == letters(200));
}

TEST_CASE("a cleared chain holds no memory", "[chunks]") {
    chain_stage c;
    c.append(letters(500));
    c.chain.clear();
    CHECK(c.memory == 0);
    CHECK(c.chain.memory() == 0);
}

TEST_CASE("references to a chunk are counted", "[chunks]") {
    std::size_t memory = 0;
    auto first = chunk_ref::make(100, memory);
    CHECK(memory == 100);
    chunk_ref second = first;
    chunk_ref third = std::move(first);
    CHECK_FALSE(first); // NOLINT(bugprone-use-after-move): what it is then
    second = {};
    CHECK(memory == 100);
    auto& same = third;
    third = same;
    CHECK(third->capacity() == 100);
    third = {};
    CHECK(memory == 0);
}
