// A simulated stage for channels of datagrams.
#pragma once

#include "support/catch.hpp"
#include "support/sim_stage.hpp"

#include <reactor/datagram.hpp>
#include <reactor/sim/datagram_peer.hpp>

#include <cstddef>
#include <string>

namespace sim_test {

using reactor::datagram_batch;
using reactor::endpoint;
using reactor::sim::datagram_peer;

inline std::string text_of(const reactor::datagram& one) {
    return {one.bytes.data(), one.bytes.size()};
}

/// A bound channel with a batch; without `on_read` it reads one batch.
class udp : public raw {
public:
    explicit udp(stage& s, std::size_t count = 64) : raw(s.loop), batch(count, 2048) {
        create_socket(AF_INET, SOCK_DGRAM);
        bind(endpoint::loopback_v4(0));
        on_read = [this](raw&) {
            last = recv_batch(batch);
            taken += batch.size();
        };
    }
    datagram_batch batch;
    reactor::io_result last;
    std::size_t taken = 0;
};

inline void send_many(datagram_peer& from, const reactor::dispatcher& to, int count) {
    for (int i = 0; i < count; ++i)
        REQUIRE(from.send_to(std::to_string(i), to.local_address()));
}

inline void add_many(datagram_batch& batch, const datagram_peer& to, int count) {
    for (int i = 0; i < count; ++i)
        REQUIRE(batch.add(std::to_string(i), to.address()));
}

} // namespace sim_test
