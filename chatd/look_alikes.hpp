#pragma once

#include "chatd/keyed_hash.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace chatd {

/// What names have in common that look alike: case does not count, nor do the differences of 0 and
/// O, of 1, l, i and |, and of Latin letters and their twins in Greek and Cyrillic.  `name` is
/// valid UTF-8.
[[nodiscard]] std::string skeleton_of(std::string_view name);

/// Names that are in use, by what they look like.
///
/// Each call is O(1) on average, whatever names somebody chooses.
class look_alikes {
public:
    explicit look_alikes(const hash_key& key = random_hash_key()) noexcept : key_(key) {}

    /// Names that look alike are counted.
    void add(std::string_view name);
    /// Nothing if it was not added.
    void remove(std::string_view name) noexcept;
    /// Whether there is one that looks like this.
    [[nodiscard]] bool has(std::string_view name) const;
    /// Of different looks.
    [[nodiscard]] std::size_t size() const noexcept { return counts_.size(); }

private:
    [[nodiscard]] std::uint64_t look_of(std::string_view name) const;

    hash_key key_;
    std::unordered_map<std::uint64_t, std::uint32_t> counts_; // by the skeletons' hashes
};

} // namespace chatd
