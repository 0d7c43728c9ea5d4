#include "slot_table.hpp"

#include "support/sim_stage.hpp"

#include <cstdint>
#include <memory>
#include <set>
#include <vector>

using namespace sim_test;
using reactor::detail::no_slot;
using reactor::detail::slot;
using reactor::detail::slot_list;
using reactor::detail::slot_table;
namespace flag = reactor::detail::flag;

namespace {

/// A table, and a channel for its slots to name.
struct table_stage {
    stage s;
    raw channel{s.loop};
    slot_table table;

    std::uint32_t acquire() { return table.acquire(channel); }
    /// An opening as the loop makes one; gives its generation.
    std::uint32_t open(std::uint32_t index) {
        table[index].set(flag::open);
        return table[index].generation;
    }
};

} // namespace

TEST_CASE("a slot keeps its place while the table grows", "[slots]") {
    table_stage t;
    const auto first = t.acquire();
    const slot* const place = &t.table[first];
    std::set<std::uint32_t> indexes{first};
    for (int i = 0; i < 1000; ++i)
        indexes.insert(t.acquire());
    CHECK(indexes.size() == 1001);
    CHECK(&t.table[first] == place);
    CHECK(t.table.contains(t.table.capacity() - 1));
    CHECK_FALSE(t.table.contains(t.table.capacity()));
}

TEST_CASE("a reference to an opening is stale after its slot is used again", "[slots][E1]") {
    table_stage t;
    const auto index = t.acquire();
    const auto generation = t.open(index);
    CHECK(t.table.is_live(index, generation));
    t.table.release(index);
    CHECK_FALSE(t.table.is_live(index, generation));
    REQUIRE(t.acquire() == index);
    CHECK_FALSE(t.table.is_live(index, generation));
    CHECK(t.table.is_live(index, t.open(index)));
    CHECK_FALSE(t.table.is_live(index, generation));
    CHECK_FALSE(t.table.is_live(t.table.capacity(), generation));
}

TEST_CASE("no generation is 0", "[slots]") {
    slot s;
    s.generation = 0xffffffffU;
    slot_table::bump_generation(s);
    CHECK(s.generation == 1);
}

TEST_CASE("a slot that is free again is as new", "[slots]") {
    table_stage t;
    const auto index = t.acquire();
    t.open(index);
    t.table[index].fd = 5;
    t.table[index].set(flag::connected | flag::paused | flag::doomed);
    t.table[index].deadline = 1s;
    t.table.release(index);
    REQUIRE(t.acquire() == index);
    const slot& s = t.table[index];
    CHECK(s.fd == -1);
    CHECK(s.flags == 0);
    CHECK(s.deadline == reactor::detail::no_deadline);
    CHECK(s.deadline_place == no_slot);
}

TEST_CASE("a list gives slots in the order in which they came and each once", "[slots]") {
    table_stage t;
    slot_list list(t.table, &slot::next_flush, flag::on_flush);
    std::vector<std::uint32_t> pushed;
    for (int i = 0; i < 5; ++i) {
        pushed.push_back(t.acquire());
        list.push(pushed.back());
    }
    list.push(pushed[2]); // is there already
    CHECK(list.size() == 5);
    std::vector<std::uint32_t> taken;
    while (!list.empty())
        taken.push_back(list.take());
    CHECK(taken == pushed);
    list.push(pushed[2]);
    CHECK(list.take() == pushed[2]);
    CHECK(list.empty());
}

TEST_CASE("a slot that is pushed while its round runs waits for the next", "[slots]") {
    table_stage t;
    slot_list list(t.table, &slot::next_held, flag::on_held);
    const auto index = t.acquire();
    list.push(index);
    int turns = 0;
    for (auto left = list.size(); left > 0; --left) {
        list.push(list.take());
        ++turns;
    }
    CHECK(turns == 1);
    CHECK(list.size() == 1);
}

TEST_CASE("a slot is used again only after every list let go of it", "[slots][E1]") {
    table_stage t;
    slot_list flush(t.table, &slot::next_flush, flag::on_flush);
    slot_list notices(t.table, &slot::next_notice, flag::on_notices);
    const auto index = t.acquire();
    flush.push(index);
    notices.push(index);
    t.table.release(index);
    CHECK(t.acquire() != index);
    CHECK(flush.take() == no_slot);
    CHECK(t.acquire() != index);
    CHECK(notices.take() == no_slot);
    CHECK(t.acquire() == index);
    CHECK(flush.empty());
}
