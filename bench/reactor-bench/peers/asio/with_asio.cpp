#include "bench/reactor-bench/peers/asio/with_asio.hpp"

#include <asio/impl/src.hpp> // the library's own sources, compiled once: here
#include <asio/version.hpp>

#include <fmt/format.h>

namespace reactor_bench::with_asio {

peer describe() {
    return {.name = "asio",
            .version = fmt::format("{}.{}.{}", ASIO_VERSION / 100'000, ASIO_VERSION / 100 % 1000,
                                   ASIO_VERSION % 100),
            .make_ring = &make_ring};
}

} // namespace reactor_bench::with_asio
