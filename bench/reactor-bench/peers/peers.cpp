#include "bench/reactor-bench/peers/peer.hpp"
#include "bench/reactor-bench/peers/raw_epoll/raw_epoll.hpp"
#include "bench/reactor-bench/peers/reactor/with_reactor.hpp"
#ifdef REACTOR_BENCH_LIBEV
#include "bench/reactor-bench/peers/libev/with_libev.hpp"
#endif
#ifdef REACTOR_BENCH_LIBEVENT
#include "bench/reactor-bench/peers/libevent/with_libevent.hpp"
#endif
#ifdef REACTOR_BENCH_LIBUV
#include "bench/reactor-bench/peers/libuv/with_libuv.hpp"
#endif
#ifdef REACTOR_BENCH_ASIO
#include "bench/reactor-bench/peers/asio/with_asio.hpp"
#endif

namespace reactor_bench {

const std::vector<peer>& peers() {
    static const std::vector<peer> all{
        with_epoll::describe(),    with_reactor::describe(), with_reactor::describe_direct(),
#ifdef REACTOR_BENCH_LIBEV
        with_libev::describe(),
#endif
#ifdef REACTOR_BENCH_LIBEVENT
        with_libevent::describe(),
#endif
#ifdef REACTOR_BENCH_LIBUV
        with_libuv::describe(),
#endif
#ifdef REACTOR_BENCH_ASIO
        with_asio::describe(),
#endif
    };
    return all;
}

const std::vector<missing_peer>& missing_peers() {
    static const std::vector<missing_peer> all{
#ifndef REACTOR_BENCH_LIBEV
        {"libev", "libev-dev"},
#endif
#ifndef REACTOR_BENCH_LIBEVENT
        {"libevent", "libevent-dev"},
#endif
#ifndef REACTOR_BENCH_LIBUV
        {"libuv", "libuv1-dev"},
#endif
#ifndef REACTOR_BENCH_ASIO
        {"asio", "libasio-dev"},
#endif
    };
    return all;
}

} // namespace reactor_bench
