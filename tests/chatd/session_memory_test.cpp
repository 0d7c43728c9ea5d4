// What sessions cost of this process's memory, counted by operator new: everything that grows with
// their number, in whichever class it lies.
#include "chatd/server.hpp"
#include "chatd/session.hpp"
#include "support/catch.hpp"
#include "support/counted_heap.hpp"
#include "support/reading_process.hpp"
#include "support/socket_pair.hpp"
#include "support/wait_until.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace {

chatd::limits no_limits() {
    chatd::limits limit;
    limit.max_connections = 1'000'000;
    limit.newcomer_hold = {};
    return limit;
}

/// Each one from another address, so that admission knows each.
reactor::endpoint address_of(std::uint32_t number) {
    sockaddr_in raw{};
    raw.sin_family = AF_INET;
    raw.sin_addr.s_addr = htonl(0x0A000000 + number);
    return reactor::endpoint::from_native(reinterpret_cast<const sockaddr*>(&raw), sizeof raw);
}

/// A server whose members have logged in and are silent.
class idle_crowd {
public:
    void grow_to(std::uint32_t members) {
        while (members_ < members)
            log_in(std::min(at_once, members - members_));
        for (int i = 0; i < 10; ++i) // whatever is put off until later is done
            loop_.run_once(std::chrono::nanoseconds{0});
    }

private:
    static constexpr std::uint32_t at_once = 50; // buffers that a crowd fills are no session's

    void log_in(std::uint32_t newcomers) {
        for (const auto all = members_ + newcomers; members_ < all; ++members_) {
            auto pair = support::make_socket_pair(AF_UNIX);
            const std::string login = "login user" + std::to_string(10'000 + members_) + "\n";
            REQUIRE(::send(pair.theirs.get(), login.data(), login.size(), 0) ==
                    static_cast<ssize_t>(login.size()));
            server_.add_connection(std::move(pair.ours), address_of(members_));
            peers_.give(std::move(pair.theirs));
        }
        support::wait_until("all are in the room and have heard everything", [this] {
            loop_.run_once(std::chrono::nanoseconds{0});
            return server_.room().members() == members_ && pending() == 0;
        });
    }

    std::size_t pending() {
        std::size_t sum = 0;
        loop_.for_each([&](reactor::dispatcher& channel) {
            if (const auto* session = dynamic_cast<chatd::session*>(&channel))
                sum += session->output_size();
        });
        return sum;
    }

    support::reading_process peers_; // first: it forks
    reactor::loop loop_;
    chatd::logger quiet_{[](std::string_view) {}};
    chatd::server server_{loop_, no_limits(), quiet_};
    std::uint32_t members_ = 0;
};

/// Bytes of each session that comes when there are `few`, until there are `many`.
double bytes_a_session(std::uint32_t few, std::uint32_t many) {
    idle_crowd crowd;
    crowd.grow_to(few);
    const auto before = support::heap_count::now();
    crowd.grow_to(many);
    const auto after = support::heap_count::now();
    const auto each = static_cast<double>(after.bytes - before.bytes) / (many - few);
    WARN(many << " sessions, " << each << " bytes each (session " << sizeof(chatd::session)
              << ", async_chat " << sizeof(reactor::async_chat) << "); blocks that grew:\n"
              << support::growth_by_size(before, after));
    return each;
}

} // namespace

// Arrays that grow by doubling are fullest just before they grow and emptiest just after: both are
// counted, with everything that malloc gave for them, used or not.
TEST_CASE("an idle session takes at most 512 bytes of memory", "[chatd][memory]") {
    CHECK(bytes_a_session(60, 2040) <= 512);
    CHECK(bytes_a_session(60, 2100) <= 512);
}

TEST_CASE("fifteen thousand idle sessions take at most 512 bytes each", "[.][by_hand]") {
    CHECK(bytes_a_session(60, 15'000) <= 512);
}
