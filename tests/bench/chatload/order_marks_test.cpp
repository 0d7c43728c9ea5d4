#include "bench/chatload/order_marks.hpp"

#include "support/catch.hpp"

#include <cstdint>
#include <utility>
#include <vector>

using chatload::line_id;
using chatload::order_marks;

namespace {

std::vector<line_id> lines(std::uint32_t count) {
    std::vector<line_id> made;
    for (std::uint32_t i = 0; i < count; ++i)
        made.push_back({i % 7, i / 7});
    return made;
}

order_marks marks_of(const std::vector<line_id>& order, std::size_t from = 0) {
    order_marks made;
    for (std::size_t i = from; i < order.size(); ++i)
        made.add(order[i]);
    return made;
}

} // namespace

TEST_CASE("equal orders do not differ", "[order_marks]") {
    for (const std::uint32_t count : {0U, 1U, 100U, 5000U}) {
        const auto order = lines(count);
        CHECK_FALSE(marks_of(order).compare(marks_of(order), true, true));
    }
}

TEST_CASE("two lines in another order are found wherever they are", "[order_marks]") {
    const auto order = lines(3000);
    for (const std::size_t at : {std::size_t{0}, std::size_t{1500}, std::size_t{2998}}) {
        auto other = order;
        std::swap(other[at], other[at + 1]);
        const auto found = marks_of(other).compare(marks_of(order), true, true);
        INFO(at);
        REQUIRE(found);
        CHECK(found->position <= at);
    }
}

TEST_CASE("an order that ends earlier differs only if both are at their end", "[order_marks]") {
    const auto order = lines(3000);
    const order_marks all = marks_of(order);
    const order_marks part = marks_of(lines(2000));
    CHECK_FALSE(part.compare(all, true, false));
    CHECK_FALSE(all.compare(part, true, false));
    CHECK(part.compare(all, true, true));
    CHECK(all.compare(part, true, true));
}

TEST_CASE("an order that begins later is compared from a mark on", "[order_marks]") {
    const auto order = lines(6000);
    const order_marks all = marks_of(order);
    CHECK_FALSE(marks_of(order, 777).compare(all, false, true));
    CHECK_FALSE(all.compare(marks_of(order, 777), false, true));
    auto other = order;
    std::swap(other[5000], other[5001]);
    const auto found = marks_of(other, 777).compare(all, false, true);
    REQUIRE(found);
    CHECK(found->here != std::optional<line_id>{});
}
