// What sessions cost of this process's memory, counted by operator new: everything that grows with
// their number, in whichever class it lies.
#include "chatd/crowd.hpp"
#include "chatd/session.hpp"
#include "support/catch.hpp"
#include "support/counted_heap.hpp"

#include <cstdint>

namespace {

/// Bytes of each session that comes when there are `few`, until there are `many`.
double bytes_a_session(std::uint32_t few, std::uint32_t many) {
    crowd members;
    members.grow_to(few);
    const auto before = support::heap_count::now();
    members.grow_to(many);
    const auto after = support::heap_count::now();
    const auto each = static_cast<double>(after.bytes - before.bytes) / (many - few);
    WARN(many << " sessions, " << each << " bytes each (session " << sizeof(chatd::session)
              << ", async_chat " << sizeof(reactor::async_chat) << "); blocks that grew:\n"
              << support::growth_by_size(before, after));
    return each;
}

} // namespace

// Arrays that grow now and then are fullest just before and emptiest just after: both are counted,
// with everything that malloc gave for them, used or not.
TEST_CASE("an idle session takes at most 512 bytes of memory", "[chatd][memory]") {
    CHECK(bytes_a_session(60, 2040) <= 512);
    CHECK(bytes_a_session(60, 2100) <= 512);
}

TEST_CASE("fifteen thousand idle sessions take at most 512 bytes each", "[.][by_hand]") {
    CHECK(bytes_a_session(60, 15'000) <= 512);
}
