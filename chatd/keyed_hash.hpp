#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace chatd {

/// The secret of one `keyed_hash`.
using hash_key = std::array<std::uint64_t, 2>;

/// From the system's source of random numbers.
[[nodiscard]] hash_key random_hash_key();

/// SipHash-2-4 (Aumasson and Bernstein, 2012): whoever does not know the key cannot choose texts
/// that collide, and so cannot make a hash table slow.
[[nodiscard]] std::uint64_t keyed_hash(const hash_key& key, std::string_view text) noexcept;

} // namespace chatd
