#include "chatd/keyed_hash.hpp"

#include "support/catch.hpp"

#include <string>
#include <vector>

using chatd::hash_key;
using chatd::keyed_hash;

namespace {

// The key of the reference's test vectors: the bytes 0 to 15.
constexpr hash_key reference_key{0x0706050403020100, 0x0f0e0d0c0b0a0908};

/// The bytes 0, 1, 2 ...
std::string counting(std::size_t size) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i)
        bytes += static_cast<char>(i);
    return bytes;
}

} // namespace

TEST_CASE("the keyed hash gives what its authors published", "[chatd][keyed_hash]") {
    CHECK(keyed_hash(reference_key, counting(0)) == 0x726fdb47dd0e0e31);
    CHECK(keyed_hash(reference_key, counting(1)) == 0x74f839c593dc67fd);
    CHECK(keyed_hash(reference_key, counting(8)) == 0x93f5f5799a932462);
    CHECK(keyed_hash(reference_key, counting(15)) == 0xa129ca6149be45e5);
}

TEST_CASE("each key hashes otherwise and keys are not the same twice", "[chatd][keyed_hash]") {
    const auto one = chatd::random_hash_key();
    const auto other = chatd::random_hash_key();
    CHECK(one != other);
    CHECK(keyed_hash(one, "alice") != keyed_hash(other, "alice"));
    CHECK(keyed_hash(one, "alice") == keyed_hash(one, "alice"));
}
