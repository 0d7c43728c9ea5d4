#pragma once

#include "description.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <map>
#include <span>
#include <utility>
#include <vector>

namespace reactor::sim::detail {

#ifdef TCP_NOTSENT_LOWAT
inline constexpr int unsent_limit_option = TCP_NOTSENT_LOWAT;
#else
inline constexpr int unsent_limit_option = 25; // Linux's number, for systems without the option
#endif

/// Socket options: remembered as they were set, 0 before.
class option_store {
public:
    result set(int level, int name, const void* value, socklen_t size);
    /// Cut to `*size`, which becomes what was copied.
    result get(int level, int name, void* value, socklen_t* size) const;
    /// The option as a number.
    [[nodiscard]] int number(int level, int name) const;

    /// Copies a number out as getsockopt does.
    static result give(int number, void* value, socklen_t* size);

private:
    static result give(std::span<const char> bytes, void* value, socklen_t* size);

    std::map<std::pair<int, int>, std::vector<char>> values_;
};

} // namespace reactor::sim::detail
