#pragma once

#include "poller.hpp"

#include <reactor/unique_fd.hpp>

namespace reactor::detail {

/// kqueue(2), level-triggered.
///
/// A descriptor has a filter for each direction, so one may come twice in a batch: the reports are
/// merged.  Changes go to the kernel together with the next wait, only from the loop's thread;
/// what takes a descriptor out is told at once, as the descriptor may be closed next.  What the
/// kernel makes of an addition is known by the wait: a refusal comes as `readiness::error`.
class kqueue_poller final : public poller {
public:
    /// Throws std::system_error.
    kqueue_poller();
    [[nodiscard]] const char* name() const noexcept override { return "kqueue"; }
    [[nodiscard]] std::error_code add(int fd, interest wanted, std::uint64_t tag) override;
    [[nodiscard]] std::error_code modify(int fd, interest wanted, std::uint64_t tag) override;
    void remove(int fd) noexcept override;
    [[nodiscard]] std::error_code add_wakeup(wakeup& waker, std::uint64_t tag) override;
    [[nodiscard]] std::error_code wait(system::wait_limit limit,
                                       std::vector<readiness>& out) override;
    [[nodiscard]] std::error_code rebuild() override;
    void let_go() noexcept override;

private:
    using event = system::kqueue_event;
    using filter_bits = std::uint8_t;

    struct watch {
        std::uint64_t tag = 0;
        std::uint32_t mark = 0;   // the kernel's user data, new with each addition; 0: not watched
        std::uint32_t report = 0; // place in the batch, if that has the same tag
        filter_bits wanted = 0;
        filter_bits armed = 0; // what the kernel was told
        bool listed = false;   // in changed_
    };

    [[nodiscard]] filter_bits filters_for(interest wanted) const noexcept;
    [[nodiscard]] watch* find(int fd) noexcept;
    void note_change(int fd);
    void collect_changes();
    void take_back(std::span<const event> changes);
    [[nodiscard]] int submit(system::wait_limit limit, std::vector<readiness>& out, bool& refused);
    void take(const event& given, std::vector<readiness>& out);
    void take_refusal(watch& watched, const event& given, std::vector<readiness>& out);
    [[nodiscard]] static readiness& report_of(watch& watched, std::vector<readiness>& out);

    unique_fd set_;
    std::vector<watch> watches_; // by descriptor
    std::vector<int> changed_;   // descriptors whose wanted and armed filters may differ
    std::vector<event> changes_;
    std::vector<event> events_;
    std::uint64_t wake_tag_ = 0;
    std::uint32_t last_mark_ = 0;
    bool urgent_known_;
};

} // namespace reactor::detail
