#include "name_table.hpp"

#include <netdb.h>

#include <functional>
#include <utility>

namespace reactor::sim::detail {

name_table::name_table() {
    set("localhost", {.addresses = {endpoint::loopback_v6(0), endpoint::loopback_v4(0)},
                      .delay = std::chrono::nanoseconds{0}});
}

void name_table::set(std::string_view name, entry what) {
    entries_.insert_or_assign(std::string(name), std::move(what));
}

name_table::entry name_table::find(const std::string& name, std::uint16_t port) const {
    const auto known = entries_.find(name);
    if (known == entries_.end())
        return {.failure = EAI_NONAME, .delay = std::chrono::nanoseconds{0}};
    entry answer = known->second;
    for (endpoint& address : answer.addresses)
        address.set_port(port);
    return answer;
}

} // namespace reactor::sim::detail
