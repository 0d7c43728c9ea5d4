#include "bench/chatload/send_times.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <cstdint>
#include <thread>

using chatload::send_times;
using std::chrono::nanoseconds;

TEST_CASE("every time is read back however far behind the reader is", "[send_times]") {
    send_times times;
    send_times::reader early(times);
    times.forget_start();
    for (std::uint32_t i = 0; i < 10'000; ++i)
        REQUIRE(times.add(nanoseconds{i * 3}) == i);
    CHECK(times.count() == 10'000);
    send_times::reader copy = early;
    for (std::uint32_t i = 0; i < 10'000; ++i)
        REQUIRE(early.at(i) == nanoseconds{i * 3});
    CHECK(copy.at(5000) == nanoseconds{15'000});
}

TEST_CASE("another thread reads times while they are written", "[send_times]") {
    constexpr std::uint32_t count = 50'000;
    send_times times;
    send_times::reader from(times);
    times.forget_start();
    bool right = true;
    std::thread reading([&] {
        for (std::uint32_t next = 0; next < count;) {
            for (const std::uint32_t end = times.count(); next < end; ++next)
                right = right && from.at(next) == nanoseconds{next};
        }
    });
    for (std::uint32_t i = 0; i < count; ++i)
        times.add(nanoseconds{i});
    reading.join();
    CHECK(right);
}
