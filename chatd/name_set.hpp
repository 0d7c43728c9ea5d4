#pragma once

#include "chatd/keyed_hash.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace chatd {

/// A set of names, compared byte by byte, in little memory: a table of 4 bytes for each (8 just
/// after it grew, 11 at most), and their bytes one behind the other.
///
/// Each call is O(1) on average, whatever names somebody chooses who does not know the key;
/// insertions amortized.  What a name that was erased took is used again once it is a good part of
/// the whole.
class name_set {
public:
    explicit name_set(const hash_key& key = random_hash_key()) noexcept : key_(key) {}

    static constexpr std::size_t longest = 0xffff; ///< Bytes of a name.

    /// False when it is there already.  Throws std::bad_alloc, or std::length_error for one that is
    /// too long, and then has changed nothing.
    bool insert(std::string_view name);
    /// False when it was not there.
    bool erase(std::string_view name) noexcept;
    [[nodiscard]] bool contains(std::string_view name) const noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    /// Bytes that the set holds.
    [[nodiscard]] std::size_t memory() const noexcept;

private:
    static constexpr std::uint32_t free = 0xffffffffU;

    [[nodiscard]] std::string_view name_at(std::uint32_t place) const noexcept;
    /// Where the name is in the table, or the free place that it would take.
    [[nodiscard]] std::size_t find(std::string_view name) const noexcept;
    [[nodiscard]] std::size_t home_of(std::string_view name) const noexcept;
    [[nodiscard]] std::size_t after(std::size_t index) const noexcept {
        return (index + 1) & (table_.size() - 1);
    }
    [[nodiscard]] bool make_room(std::size_t name_bytes);
    void grow_table();
    void drop_erased(std::size_t name_bytes);

    hash_key key_;
    std::vector<std::uint32_t> table_; // open addressing: where names begin in `text_`, or free
    std::vector<char> text_;           // of each name its length, in two bytes, and its bytes
    std::size_t size_ = 0;
    std::size_t erased_bytes_ = 0; // of `text_`
};

} // namespace chatd
