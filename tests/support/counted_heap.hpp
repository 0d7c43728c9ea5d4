#pragma once

#include <cstddef>
#include <map>
#include <string>

namespace support {

/// What the program holds of operator new's memory, to the byte: the usable size of each block and
/// the 8 bytes of malloc's own before it.  For test programs that link counted_heap.cpp, which
/// replaces operator new and delete.
struct heap_count {
    std::size_t bytes = 0;
    std::size_t blocks = 0;
    /// Blocks by their size, malloc's 8 bytes included.
    std::map<std::size_t, std::size_t> by_size;
    /// Bytes ever given out, those taken back included.
    std::size_t given = 0;

    /// Memory for the map itself is not counted.
    static heap_count now();
    /// Without `by_size`.
    static heap_count totals() noexcept;
};

/// The sizes of block that grew most, one a line, for people: `304 x 2000 = 608000`.
std::string growth_by_size(const heap_count& before, const heap_count& after);

} // namespace support
