#pragma once

#include "description.hpp"

#include <map>
#include <memory>

namespace reactor::sim::detail {

/// A process that the program started, from its start until somebody waits for it.
struct sim_child {
    bool ended = false;
    int status = 0;
};

/// The program's children.
class child_table {
public:
    int start();
    /// False when there is no such child, or it has ended.
    bool end(int pid, int status);

    /// A descriptor's other side that is readable when the child has ended; ESRCH.
    [[nodiscard]] std::shared_ptr<description> open(int pid) const;
    /// 0, or ECHILD.
    [[nodiscard]] result peek(int pid) const;
    /// The child's number when it had ended, 0 when it runs still, or ECHILD.
    result wait(int pid, int& status);

private:
    std::map<int, std::shared_ptr<sim_child>> children_;
    int next_ = 5001;
};

} // namespace reactor::sim::detail
