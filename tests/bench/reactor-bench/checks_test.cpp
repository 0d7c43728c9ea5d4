// What a benchmark must not take for a result: a loop that loses, invents or changes something.
#include "bench/reactor-bench/benchmark.hpp"
#include "bench/reactor-bench/cases/ring.hpp"

#include "support/catch.hpp"

#include <sys/socket.h>

#include <string>
#include <utility>

using namespace reactor_bench;
using Catch::Matchers::ContainsSubstring;

namespace {

const benchmark& named(const std::string& name) {
    for (const auto& each : benchmarks()) {
        if (each.name == name)
            return each;
    }
    throw std::out_of_range(name);
}

setting with(std::initializer_list<std::pair<std::string, std::uint64_t>> values) {
    setting chosen;
    for (const auto& [name, value] : values)
        chosen.add(name, value);
    return chosen;
}

/// What a faulty ring does with the bytes of its only pair.
class faulty_ring : public ring {
public:
    explicit faulty_ring(std::vector<socket_pair> sockets) : sockets_(std::move(sockets)) {}

protected:
    [[nodiscard]] int reader() const { return sockets_[0].reader.get(); }
    [[nodiscard]] int writer() const { return sockets_[0].writer.get(); }

private:
    std::vector<socket_pair> sockets_;
};

template <class Fault>
peer peer_with(Fault) {
    return {.name = "faulty",
            .version = "0",
            .make_ring = [](std::vector<socket_pair> sockets) -> std::unique_ptr<ring> {
                class with_fault final : public faulty_ring {
                public:
                    using faulty_ring::faulty_ring;
                    void run(ring_work& work) override { Fault{}(reader(), writer(), work); }
                };
                return std::make_unique<with_fault>(std::move(sockets));
            }};
}

const auto one_pair = with({{"pairs", 1}, {"active", 1}, {"writes", 3}});

} // namespace

TEST_CASE("a ring that loses bytes is no result", "[checks]") {
    const auto by = peer_with([](int, int, ring_work&) {});
    CHECK_THROWS_WITH(named("ring").measure(by, one_pair),
                      ContainsSubstring("4 of 4 bytes are lost"));
}

TEST_CASE("a ring that changes a byte is no result", "[checks]") {
    const auto by = peer_with([](int, int, ring_work& work) { (void)work.received('?'); });
    CHECK_THROWS_WITH(named("ring").measure(by, one_pair), ContainsSubstring("another byte"));
}

TEST_CASE("a ring that makes up a byte is no result", "[checks]") {
    const auto by = peer_with([](int, int writer, ring_work& work) {
        CHECK(::send(writer, "*", 1, MSG_NOSIGNAL) == 1);
        while (!work.done())
            (void)work.received('*');
    });
    CHECK_THROWS_WITH(named("ring").measure(by, one_pair), ContainsSubstring("left over"));
}
