#include "bench/chatload/plan_check.hpp"

#include <fmt/format.h>

namespace chatload {

std::string why_not(const plan& asked) {
    for (const load& one : asked.loads) {
        if (one.kind == workload::churn && one.rate <= 0)
            return fmt::format("load {}: churn needs a rate, visits a second", one.name);
        const bool talks = one.kind == workload::fan_out || one.kind == workload::rooms ||
                           one.kind == workload::stalled;
        if (talks && one.senders > one.clients)
            return fmt::format("load {}: {} senders of {} clients: no more senders than clients",
                               one.name, one.senders, one.clients);
    }
    return {};
}

} // namespace chatload
