#include "indexed_heap.hpp"

#include "support/catch.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace {

struct entry {
    int time;
    std::size_t id;
    [[nodiscard]] bool before(const entry& other) const noexcept { return time < other.time; }
};

struct record {
    std::vector<std::uint32_t>& places;
    void operator()(const entry& e, std::uint32_t place) const noexcept { places[e.id] = place; }
};

/// A heap that says where its entries are, beside the plain list of what it should hold.
struct heap_and_model {
    std::vector<std::uint32_t> places = std::vector<std::uint32_t>(2000);
    std::vector<entry> model;
    reactor::detail::indexed_heap<entry, record> heap{record{places}};

    void push(int time) {
        const entry e{time, next++};
        heap.push(e);
        model.push_back(e);
    }
    void remove(std::size_t which) {
        heap.remove(places[model[which].id]);
        model.erase(model.begin() + static_cast<std::ptrdiff_t>(which));
    }
    void move(std::size_t which, int time) {
        model[which].time = time;
        heap.replace(places[model[which].id], model[which]);
    }
    /// Every entry lies where it was said to be, and the first is an earliest one.
    [[nodiscard]] bool holds() const {
        if (heap.size() != model.size() || heap.empty() != model.empty())
            return false;
        const auto lies_there = [&](const entry& e) { return heap[places[e.id]].id == e.id; };
        const auto earliest = [](const entry& a, const entry& b) { return a.before(b); };
        return std::all_of(model.begin(), model.end(), lies_there) &&
               (model.empty() ||
                heap.first().time == std::min_element(model.begin(), model.end(), earliest)->time);
    }

    std::size_t next = 0;
};

} // namespace

TEST_CASE("the heap's first entry is the earliest", "[heap]") {
    heap_and_model h;
    for (const int time : {5, 3, 9, 3, 1, 7})
        h.push(time);
    std::vector<int> times;
    while (!h.heap.empty()) {
        times.push_back(h.heap.first().time);
        h.heap.remove(0);
    }
    CHECK(times == std::vector{1, 3, 3, 5, 7, 9});
}

TEST_CASE("the heap knows each entry's place through any changes", "[heap]") {
    std::mt19937 random(7);
    const auto below = [&](std::size_t end) { return static_cast<std::size_t>(random()) % end; };
    heap_and_model h;
    for (int i = 0; i < 3000; ++i) {
        const auto luck = below(10);
        if (h.model.empty() || (luck < 4 && h.next < h.places.size()))
            h.push(static_cast<int>(below(100)));
        else if (luck < 7)
            h.remove(below(h.model.size()));
        else
            h.move(below(h.model.size()), static_cast<int>(below(100)));
        if (!h.holds())
            FAIL("after " << i << " changes");
    }
    SUCCEED();
}

TEST_CASE("the heap's only and last entries can be removed", "[heap]") {
    heap_and_model h;
    h.push(1);
    h.remove(0);
    CHECK(h.holds());
    h.push(1);
    h.push(2);
    h.remove(1);
    CHECK(h.holds());
    CHECK(h.heap.first().time == 1);
}

TEST_CASE("an entry among very many costs few comparisons", "[heap][E18]") {
    static std::uint64_t comparisons = 0;
    struct counted {
        int time;
        std::uint32_t id;
        [[nodiscard]] bool before(const counted& other) const noexcept {
            ++comparisons;
            return time < other.time;
        }
    };
    struct counted_record {
        std::vector<std::uint32_t>& places;
        void operator()(const counted& e, std::uint32_t place) const noexcept {
            places[e.id] = place;
        }
    };
    constexpr std::uint32_t count = 1U << 16; // 8 levels of 4
    std::vector<std::uint32_t> places(count);
    reactor::detail::indexed_heap<counted, counted_record> heap{counted_record{places}};
    std::mt19937 random(1); // NOLINT(cert-msc51-cpp): the same every time
    comparisons = 0;
    for (std::uint32_t id = 0; id < count; ++id)
        heap.push({static_cast<int>(random() >> 1), id});
    CHECK(comparisons < std::uint64_t{count} * 4); // most rise a level or two
    comparisons = 0;
    for (std::uint32_t id = 0; id < count / 2; ++id)
        heap.remove(places[id]);
    CHECK(comparisons < std::uint64_t{count / 2} * 4 * 8);
    comparisons = 0;
    while (!heap.empty())
        heap.remove(0);
    CHECK(comparisons < std::uint64_t{count / 2} * 5 * 8);
}
