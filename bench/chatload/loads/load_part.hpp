#pragma once

#include "bench/chatload/cast.hpp"
#include "bench/chatload/ledger.hpp"
#include "bench/chatload/plan.hpp"
#include "bench/chatload/session.hpp"
#include "bench/chatload/tally.hpp"
#include "bench/chatload/violations.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace chatload {

class worker;

/// What one thread has to do of one load: its clients, and when they say what.
class load_part {
public:
    load_part(worker& home, std::uint32_t index);
    virtual ~load_part() = default;
    load_part(const load_part&) = delete;
    load_part& operator=(const load_part&) = delete;

    /// Makes the client that `who` describes.
    session& add_client(const role& who);
    /// Whether those that come late stay until the end.
    [[nodiscard]] virtual bool lasting() const noexcept { return true; }

    // --- the run's phases

    /// Begins to say or ask what the load is about.
    virtual void begin() {}
    /// Measuring begins at `now`.
    virtual void measure([[maybe_unused]] std::chrono::nanoseconds now) {}
    /// Says no more, and takes what still comes.
    virtual void stop() {}
    /// Whether nothing is outstanding but lines, of which the ledgers know.
    [[nodiscard]] virtual bool settled() const { return true; }
    /// All is over: what has not come by now is lost.
    virtual void finish() {}

    // --- of its sessions

    virtual void ready(session&) {}
    /// A line of `speaker` has come back to it, or to its witness.
    virtual void acknowledged([[maybe_unused]] session& speaker,
                              [[maybe_unused]] const ledger_entry& entry,
                              [[maybe_unused]] bool own) {}
    /// An answer to a question.  Default: nobody asked.
    virtual void answered(session& from, std::string_view token);
    /// `from` has ended.  Whether that is as it should be.
    /// @param left  after it had logged out.
    [[nodiscard]] virtual bool may_end([[maybe_unused]] session& from, bool left) { return left; }
    /// The connection is gone: the session may be started again.
    virtual void closed(session&) {}

    [[nodiscard]] load_tally& tally() noexcept { return tally_; }
    [[nodiscard]] const load_tally& tally() const noexcept { return tally_; }
    [[nodiscard]] std::uint32_t index() const noexcept { return index_; }
    [[nodiscard]] const violations& found() const noexcept { return found_; }

protected:
    [[nodiscard]] const struct load& asked() const noexcept { return asked_; }
    /// The part of the load's rate that falls to this thread.
    /// @param here   clients here that share it,
    /// @param total  and everywhere.
    [[nodiscard]] double rate_here(std::size_t here, std::size_t total) const noexcept {
        return total == 0 ? 0
                          : asked_.rate * static_cast<double>(here) / static_cast<double>(total);
    }
    /// How much later than the first thread's this one's schedule begins, so that they take turns.
    [[nodiscard]] std::chrono::nanoseconds shift_of_thread() const noexcept;

    [[nodiscard]] worker& home() noexcept { return home_; }
    [[nodiscard]] const worker& home() const noexcept { return home_; }
    [[nodiscard]] const std::vector<std::unique_ptr<session>>& clients() const noexcept {
        return clients_;
    }
    void add_violation(violation one) { found_.add(std::move(one)); }

private:
    worker& home_;
    std::vector<std::unique_ptr<session>> clients_;
    violations found_;
    const struct load& asked_;
    std::uint32_t index_;
    load_tally tally_;
};

/// Makes the part of the `index`-th load of the plan.
[[nodiscard]] std::unique_ptr<load_part> make_load_part(worker& home, std::uint32_t index);

} // namespace chatload
