#pragma once

#include "chatd/byte_batch.hpp"
#include "chatd/room_log.hpp"

#include <reactor/loop.hpp>
#include <reactor/timer.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace chatd {

/// A room's log for one process: entries are delivered in the iteration in which they were appended
/// (those appended after its timer step in the next one, at once) and then forgotten.
class memory_room_log final : public room_log {
public:
    /// Both must outlive the log.
    memory_room_log(reactor::loop& owner, room_log_reader& reader);

    log_position append(const log_origin& origin, entry_kind kind,
                        std::span<const std::string_view> line) override;
    bool catch_up() override;

private:
    struct entry {
        log_run run;         // `bytes` and `origin.name` are filled in for the delivery
        std::string name;    // of the origin
        std::size_t end = 0; // of its bytes in the batch
    };
    /// Entries not delivered yet.  Two of them take turns, so that their memory is used again.
    struct batch {
        std::vector<entry> entries;
        byte_batch bytes;

        void clear() noexcept;
    };

    void deliver_pending();
    [[nodiscard]] bool joins_last(entry_kind kind) const noexcept;

    room_log_reader& reader_;
    batch pending_;
    batch delivering_;
    log_position last_;
    reactor::timer delivery_;
};

} // namespace chatd
