// What a consumer's tests link: the same library over a simulated system.

#include <reactor/reactor.hpp>
#include <reactor/sim/world.hpp>

#include <cstdio>
#include <string_view>
#include <utility>

namespace {

struct echo : reactor::async_chat {
    using async_chat::async_chat;
    void collect_incoming_data(std::string_view data) override { push(data); }
};

} // namespace

int main() {
    if (!reactor::sim::world::is_linked()) {
        std::puts("the real system is linked in");
        return 1;
    }
    reactor::sim::world world;
    reactor::loop loop;
    auto [fd, other] = world.connect_pair();
    echo channel(loop, reactor::unique_fd{fd});
    other.send("there and back\n");
    for (int turn = 0; turn < 10 && other.received().empty(); ++turn)
        loop.run_once({});
    std::printf("simulated: %s", other.received().c_str());
    return other.received() == "there and back\n" ? 0 : 1;
}
