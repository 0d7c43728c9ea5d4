#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace reactor::detail {

/// A 4-ary heap, earliest first, that tells where each entry lies, so that it can be removed or
/// moved. `Entry` has a `before(other)`; `Record(entry, place)` is called whenever an entry gets a
/// new place.
template <class Entry, class Record>
class indexed_heap {
public:
    explicit indexed_heap(Record record) : record_(std::move(record)) {}

    [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
    [[nodiscard]] const Entry& first() const noexcept { return entries_.front(); }
    [[nodiscard]] const Entry& operator[](std::uint32_t place) const noexcept {
        return entries_[place];
    }

    void reserve(std::size_t entries) { entries_.reserve(entries); }

    void push(const Entry& entry) {
        entries_.push_back(entry);
        up(static_cast<std::uint32_t>(entries_.size() - 1));
    }

    void remove(std::uint32_t place) noexcept {
        const Entry last = entries_.back();
        entries_.pop_back();
        if (place < entries_.size())
            replace(place, last);
    }

    void replace(std::uint32_t place, const Entry& entry) noexcept {
        const bool earlier = entry.before(entries_[place]);
        entries_[place] = entry;
        earlier ? up(place) : down(place);
    }

private:
    static constexpr std::uint32_t arity = 4;

    void set(std::uint32_t place, const Entry& entry) noexcept {
        entries_[place] = entry;
        record_(entry, place);
    }

    void up(std::uint32_t place) noexcept {
        const Entry moving = entries_[place];
        while (place > 0) {
            const auto parent = (place - 1) / arity;
            if (!moving.before(entries_[parent]))
                break;
            set(place, entries_[parent]);
            place = parent;
        }
        set(place, moving);
    }

    void down(std::uint32_t place) noexcept {
        const Entry moving = entries_[place];
        const auto count = static_cast<std::uint32_t>(entries_.size());
        for (;;) {
            const auto child = earliest_child(place, count);
            if (child == place || !entries_[child].before(moving))
                break;
            set(place, entries_[child]);
            place = child;
        }
        set(place, moving);
    }

    /// `place` itself when it has no child.
    [[nodiscard]] std::uint32_t earliest_child(std::uint32_t place,
                                               std::uint32_t count) const noexcept {
        const auto first = place * arity + 1;
        if (first >= count)
            return place;
        auto earliest = first;
        for (auto i = first + 1; i < count && i < first + arity; ++i)
            if (entries_[i].before(entries_[earliest]))
                earliest = i;
        return earliest;
    }

    std::vector<Entry> entries_;
    Record record_;
};

} // namespace reactor::detail
