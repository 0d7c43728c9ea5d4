#pragma once

#include "chatd/log_sink.hpp"

#include <reactor/endpoint.hpp>
#include <reactor/unique_fd.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace chatd {

/// A record as the journal takes it: `MESSAGE`, `PRIORITY`, `SYSLOG_IDENTIFIER`, `CHATD_EVENT`,
/// `CHATD_CATEGORY`, and `CHATD_KEY` with the value of each field, unquoted.
[[nodiscard]] std::string journal_entry(const log_record& record);

/// Hands each event to systemd's journal with fields of its own, as one datagram.
///
/// A journal that takes nothing does not stop the daemon: what finds no room is lost, and the event
/// `log_lost` says how much that was once there is room again.
class journal_sink final : public log_sink {
public:
    /// Where the journal listens.
    static constexpr std::string_view usual_path = "/run/systemd/journal/socket";

    /// Null where no journal listens at `path`, or it cannot be had.
    [[nodiscard]] static std::unique_ptr<journal_sink> make(std::string_view path = usual_path);

    void write(const log_record& record) override;

private:
    journal_sink(const reactor::endpoint& journal, reactor::unique_fd fd) noexcept
        : journal_(journal), fd_(std::move(fd)) {}

    [[nodiscard]] bool put(const log_record& record) const;
    [[nodiscard]] bool tell_lost() const;

    reactor::endpoint journal_;
    reactor::unique_fd fd_;
    std::uint64_t lost_ = 0;
};

} // namespace chatd
