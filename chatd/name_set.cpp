#include "chatd/name_set.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace chatd {

namespace {

constexpr std::size_t least_table = 16; // a power of two, as all its sizes
constexpr std::size_t length_bytes = 2;

/// `text` has room.
void append(std::vector<char>& text, std::string_view name) noexcept {
    text.push_back(static_cast<char>(name.size() & 0xff));
    text.push_back(static_cast<char>(name.size() >> 8));
    text.insert(text.end(), name.begin(), name.end());
}

std::size_t length_at(const char* place) noexcept {
    const auto byte = [place](int i) { return static_cast<unsigned char>(place[i]); };
    return static_cast<std::size_t>(byte(0)) | static_cast<std::size_t>(byte(1)) << 8;
}

} // namespace

std::string_view name_set::name_at(std::uint32_t place) const noexcept {
    const char* const start = text_.data() + place;
    return {start + length_bytes, length_at(start)};
}

std::size_t name_set::home_of(std::string_view name) const noexcept {
    return static_cast<std::size_t>(keyed_hash(key_, name)) & (table_.size() - 1);
}

std::size_t name_set::find(std::string_view name) const noexcept {
    auto index = home_of(name);
    while (table_[index] != free && name_at(table_[index]) != name)
        index = after(index);
    return index;
}

bool name_set::contains(std::string_view name) const noexcept {
    return !table_.empty() && table_[find(name)] != free;
}

bool name_set::insert(std::string_view name) {
    if (name.size() > longest)
        throw std::length_error("chatd::name_set: a name is too long");
    if (table_.empty())
        grow_table();
    auto place = find(name);
    if (table_[place] != free)
        return false;
    if (make_room(name.size()))
        place = find(name);
    table_[place] = static_cast<std::uint32_t>(text_.size());
    append(text_, name);
    ++size_;
    return true;
}

bool name_set::erase(std::string_view name) noexcept {
    if (table_.empty())
        return false;
    auto gap = find(name);
    if (table_[gap] == free)
        return false;
    erased_bytes_ += length_bytes + name_at(table_[gap]).size();
    --size_;
    // Those behind the gap that could not be found any more move into it.
    for (auto next = after(gap); table_[next] != free; next = after(next)) {
        const auto mask = table_.size() - 1;
        const auto home = home_of(name_at(table_[next]));
        if (((next - home) & mask) < ((next - gap) & mask))
            continue; // it lies between its home and itself without the gap
        table_[gap] = table_[next];
        gap = next;
    }
    table_[gap] = free;
    return true;
}

/// True if places in the table are others now.
bool name_set::make_room(std::size_t name_bytes) {
    const bool grows = (size_ + 1) * 4 > table_.size() * 3;
    if (grows)
        grow_table();
    const auto needed = text_.size() + length_bytes + name_bytes;
    if (needed <= text_.capacity())
        return grows;
    if (erased_bytes_ > text_.size() / 4)
        drop_erased(name_bytes);
    else
        text_.reserve(needed + needed / 4);
    return grows;
}

void name_set::grow_table() {
    std::vector<std::uint32_t> former(std::max(least_table, 2 * table_.size()), free);
    former.swap(table_);
    for (const auto place : former)
        if (place != free)
            table_[find(name_at(place))] = place;
}

void name_set::drop_erased(std::size_t name_bytes) {
    const auto kept = text_.size() - erased_bytes_ + length_bytes + name_bytes;
    std::vector<char> text;
    text.reserve(kept + kept / 4);
    for (auto& place : table_) {
        if (place == free)
            continue;
        const auto name = name_at(place);
        place = static_cast<std::uint32_t>(text.size());
        append(text, name);
    }
    text_ = std::move(text);
    erased_bytes_ = 0;
}

std::size_t name_set::memory() const noexcept {
    return table_.capacity() * sizeof(std::uint32_t) + text_.capacity();
}

} // namespace chatd
