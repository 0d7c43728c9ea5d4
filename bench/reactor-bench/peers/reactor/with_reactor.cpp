#include "bench/reactor-bench/peers/reactor/with_reactor.hpp"

#include <reactor/version.hpp>

namespace reactor_bench::with_reactor {

peer describe() {
    return {.name = "reactor", .version = reactor::version, .make_ring = &make_ring};
}

peer describe_direct() {
    return {.name = "reactor-direct", .version = reactor::version, .make_ring = &make_direct_ring};
}

} // namespace reactor_bench::with_reactor
