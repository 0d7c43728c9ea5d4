#pragma once

#include "bench/chatload/loads/load_part.hpp"

#include <chrono>

namespace chatload {

/// Clients that all connect and log in at once when measuring begins.
class storm_part : public load_part {
public:
    using load_part::load_part;

    void measure(std::chrono::nanoseconds now) override;
    void ready(session& from) override;

private:
    std::chrono::nanoseconds due_{};
};

} // namespace chatload
