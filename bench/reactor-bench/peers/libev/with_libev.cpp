#include "bench/reactor-bench/peers/libev/with_libev.hpp"

#include <fmt/format.h>

namespace reactor_bench::with_libev {

peer describe() {
    return {.name = "libev",
            .version = fmt::format("{}.{}", ev_version_major(), ev_version_minor()),
            .make_ring = &make_ring};
}

} // namespace reactor_bench::with_libev
