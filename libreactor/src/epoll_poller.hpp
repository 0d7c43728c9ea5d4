#pragma once

#include "poller.hpp"

#include <reactor/unique_fd.hpp>

#include <sys/epoll.h>

namespace reactor::detail {

/// epoll(7), level-triggered.  EPOLLRDHUP is never asked for: only a receive of 0 is the end of
/// input.
class epoll_poller final : public poller {
public:
    epoll_poller();
    [[nodiscard]] const char* name() const noexcept override { return "epoll"; }
    [[nodiscard]] std::error_code add(int fd, interest wanted, std::uint64_t tag) override;
    [[nodiscard]] std::error_code modify(int fd, interest wanted, std::uint64_t tag) override;
    void remove(int fd) noexcept override;
    [[nodiscard]] std::error_code wait(system::wait_limit limit,
                                       std::vector<readiness>& out) override;
    [[nodiscard]] std::error_code rebuild() override;
    void let_go() noexcept override { set_.reset(); }

private:
    [[nodiscard]] int control(int operation, int fd, interest wanted, std::uint64_t tag) noexcept;

    unique_fd set_;
    std::vector<epoll_event> events_; // grows while the kernel fills it
};

} // namespace reactor::detail
