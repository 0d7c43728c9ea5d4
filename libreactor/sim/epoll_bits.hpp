#pragma once

// What the simulated system says of readiness is said in epoll's bits, wherever it is compiled.
#if __has_include(<sys/epoll.h>)
#include <sys/epoll.h>
#else

#include <cstdint>

inline constexpr std::uint32_t EPOLLIN = 0x001;
inline constexpr std::uint32_t EPOLLPRI = 0x002;
inline constexpr std::uint32_t EPOLLOUT = 0x004;
inline constexpr std::uint32_t EPOLLERR = 0x008;
inline constexpr std::uint32_t EPOLLHUP = 0x010;
inline constexpr std::uint32_t EPOLLRDHUP = 0x2000;
inline constexpr std::uint32_t EPOLLONESHOT = 1U << 30;
inline constexpr std::uint32_t EPOLLET = 1U << 31;
inline constexpr int EPOLL_CTL_ADD = 1;
inline constexpr int EPOLL_CTL_DEL = 2;
inline constexpr int EPOLL_CTL_MOD = 3;

union epoll_data {
    void* ptr;
    int fd;
    std::uint32_t u32;
    std::uint64_t u64;
};

struct epoll_event {
    std::uint32_t events;
    epoll_data data;
};

#endif
