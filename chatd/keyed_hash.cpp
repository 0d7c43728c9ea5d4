#include "chatd/keyed_hash.hpp"

#include <bit>
#include <cstddef>
#include <random>

namespace chatd {

namespace {

constexpr std::size_t word_bytes = 8;

/// The four words that are mixed.
struct sip_state {
    std::uint64_t v0;
    std::uint64_t v1;
    std::uint64_t v2;
    std::uint64_t v3;

    void rounds(int count) noexcept {
        for (; count > 0; --count) {
            v0 += v1;
            v2 += v3;
            v1 = std::rotl(v1, 13) ^ v0;
            v3 = std::rotl(v3, 16) ^ v2;
            v0 = std::rotl(v0, 32);
            v2 += v1;
            v0 += v3;
            v1 = std::rotl(v1, 17) ^ v2;
            v3 = std::rotl(v3, 21) ^ v0;
            v2 = std::rotl(v2, 32);
        }
    }
    void take(std::uint64_t word) noexcept {
        v3 ^= word;
        rounds(2);
        v0 ^= word;
    }
};

/// Little-endian, of at most eight bytes.
std::uint64_t word_of(std::string_view bytes) noexcept {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    return word;
}

} // namespace

hash_key random_hash_key() {
    std::random_device device;
    const auto word = [&device] { return std::uint64_t{device()} << 32 | device(); };
    return {word(), word()};
}

std::uint64_t keyed_hash(const hash_key& key, std::string_view text) noexcept {
    sip_state state{key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d,
                    key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573};
    const auto last = std::uint64_t{text.size() & 0xff} << 56;
    while (text.size() >= word_bytes) {
        state.take(word_of(text.substr(0, word_bytes)));
        text.remove_prefix(word_bytes);
    }
    state.take(last | word_of(text));
    state.v2 ^= 0xff;
    state.rounds(4);
    return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

} // namespace chatd
