#include "deadlines.hpp"

#include "support/sim_stage.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

using namespace sim_test;
using reactor::detail::deadlines;
using reactor::detail::no_deadline;
using reactor::detail::no_slot;
using reactor::detail::slot_table;

namespace {

struct deadline_stage {
    explicit deadline_stage(int channels) {
        for (int i = 0; i < channels; ++i)
            indexes.push_back(table.acquire(channel));
        due.reserve(indexes.size());
    }

    stage s;
    raw channel{s.loop};
    slot_table table;
    deadlines due{table};
    std::vector<std::uint32_t> indexes;
};

} // namespace

TEST_CASE("deadlines come due in order and each once", "[deadlines]") {
    deadline_stage d(3);
    CHECK(d.due.first() == no_deadline);
    d.due.expect(d.indexes[0], 30ns);
    d.due.expect(d.indexes[1], 10ns);
    d.due.expect(d.indexes[2], 20ns);
    CHECK(d.due.first() == 10ns);
    CHECK(d.due.take_due(9ns) == no_slot);
    CHECK(d.due.take_due(20ns) == d.indexes[1]);
    CHECK(d.due.take_due(20ns) == d.indexes[2]);
    CHECK(d.due.take_due(20ns) == no_slot);
    CHECK(d.due.take_due(30ns) == d.indexes[0]);
    CHECK(d.due.first() == no_deadline);
}

TEST_CASE("an entry moves to an earlier time but not to a later one", "[deadlines]") {
    deadline_stage d(1);
    d.due.expect(d.indexes[0], 20ns);
    d.due.expect(d.indexes[0], 50ns); // asked at 20, its channel will say 50
    CHECK(d.due.first() == 20ns);
    d.due.expect(d.indexes[0], 10ns);
    CHECK(d.due.first() == 10ns);
    CHECK(d.due.take_due(60ns) == d.indexes[0]);
    CHECK(d.due.take_due(60ns) == no_slot);
}

TEST_CASE("a forgotten channel is not asked", "[deadlines]") {
    deadline_stage d(3);
    for (const auto index : d.indexes)
        d.due.expect(index, 10ns);
    d.due.forget(d.indexes[1]);
    d.due.forget(d.indexes[1]);
    CHECK(d.table[d.indexes[1]].deadline_place == no_slot);
    std::vector<std::uint32_t> asked;
    for (auto index = d.due.take_due(10ns); index != no_slot; index = d.due.take_due(10ns))
        asked.push_back(index);
    CHECK(asked.size() == 2);
    CHECK(std::find(asked.begin(), asked.end(), d.indexes[1]) == asked.end());
}

TEST_CASE("the table knows where each entry lies", "[deadlines]") {
    deadline_stage d(500);
    for (std::size_t i = 0; i < d.indexes.size(); ++i)
        d.due.expect(d.indexes[i], std::chrono::nanoseconds((i * 7919) % 500));
    for (std::size_t i = 0; i < d.indexes.size(); i += 2)
        d.due.forget(d.indexes[i]);
    nanoseconds last{0};
    std::size_t count = 0;
    for (; d.due.first() != no_deadline; ++count) {
        const auto now = d.due.first();
        CHECK(now >= last);
        last = now;
        const auto index = d.due.take_due(now);
        if (index == no_slot || d.table[index].deadline_place != no_slot)
            FAIL("entry " << count);
    }
    CHECK(count == 250);
}
