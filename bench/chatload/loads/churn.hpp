#pragma once

#include "bench/chatload/loads/load_part.hpp"
#include "bench/chatload/open_pacer.hpp"

#include <chrono>
#include <cstdint>
#include <vector>

namespace chatload {

/// Visitors that come at a rate: each connects, logs in, says a line, logs out.
///
/// A visit is begun when it is due, however many are under way; a visitor whose visit has ended
/// comes again under its name.
class churn_part : public load_part {
public:
    churn_part(worker& home, std::uint32_t index);

    [[nodiscard]] bool lasting() const noexcept override { return false; }
    void begin() override;
    void measure(std::chrono::nanoseconds now) override;
    void stop() override;
    [[nodiscard]] bool settled() const override { return under_way_ == 0; }
    void ready(session& from) override;
    void acknowledged(session& speaker, const ledger_entry& entry, bool own) override;
    void closed(session& from) override;

private:
    void visit(std::chrono::nanoseconds due);
    [[nodiscard]] session* free_visitor();

    std::vector<std::chrono::nanoseconds> due_; // by slot: when the visit under way should begin
    std::vector<session*> free_;
    std::uint32_t under_way_ = 0;
    open_pacer pacer_;
};

} // namespace chatload
