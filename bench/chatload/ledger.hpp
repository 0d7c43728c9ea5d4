#pragma once

#include "bench/chatload/line_format.hpp"
#include "bench/chatload/violations.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace chatload {

/// One line of the agreed order.
struct ledger_entry {
    std::chrono::nanoseconds
        sent{}; ///< When it was sent, or should have been; 0 when not known any more.
    line_id id;
};

/// Holds every client to one order: each line whole, once, at the same place for all.
///
/// The first client to see place k of the order settles what is there; every other one is compared
/// with that.  An entry lives until all clients have passed it, so the memory follows the slowest
/// client's lag and not the number of lines.  The usual case costs a comparison and an increment,
/// and allocates nothing.
class ledger {
public:
    ledger(const line_format& format, std::uint32_t clients);

    /// Notes that `sender` says its next line at `when`, and gives the line's number.
    line_id note_sent(std::uint32_t sender, std::chrono::nanoseconds when);

    /// Takes the lines at the start of `data`, each with its LF, as far as they are the next ones
    /// of the agreed order; the others are for `take`, one by one.
    /// @return their entries, valid until the next call of this or `take`.  There may be more to
    /// take.
    std::span<const ledger_entry> take_agreed(std::uint32_t client, std::string_view data);
    /// Takes one line (without LF) that `client` got in the room.
    /// @return its entry if it counts as delivered, valid as above; null for a notice and for a
    /// line that is
    ///         torn, doubled or nobody's.  What is wrong with it is in `found()`.
    const ledger_entry* take(std::uint32_t client, std::string_view line);

    /// Nothing more is expected of `client`, whose connection ended; nor of what it said that
    /// nobody got yet.
    void leave(std::uint32_t client);
    /// Whether every line said has come to every client left.
    [[nodiscard]] bool settled() const noexcept;
    /// Ends the run: what has not come by now is lost.
    void finish();

    /// Lines handed to clients, the right ones only.
    [[nodiscard]] std::uint64_t deliveries() const noexcept { return deliveries_; }
    /// Lines in the agreed order: those that at least one client got.
    [[nodiscard]] std::uint64_t agreed() const noexcept { return agreed_; }
    /// Lines said.
    [[nodiscard]] std::uint64_t sent() const noexcept { return sent_; }
    /// Lines of `client` that were said but came to nobody yet.
    [[nodiscard]] std::uint32_t unseen(std::uint32_t client) const noexcept {
        return senders_[client].sent - senders_[client].seen;
    }
    /// Notices that one of this run's clients entered, as all clients saw them.
    [[nodiscard]] std::uint64_t joins() const noexcept { return joins_; }
    /// Place of `client` in the agreed order.
    [[nodiscard]] std::uint64_t position(std::uint32_t client) const noexcept {
        return cursors_[client].position;
    }
    [[nodiscard]] const violations& found() const noexcept { return found_; }
    /// Entries in memory.
    [[nodiscard]] std::size_t held() const noexcept { return chunks_.size() << chunk_bits_; }

private:
    static constexpr std::size_t max_missing = 4096; // remembered per client

    struct chunk {
        std::vector<ledger_entry> entries;
        std::vector<char> bytes;  // the lines themselves, each with its LF
        std::uint32_t passed = 0; // clients that are behind its last entry
    };
    struct cursor {
        std::uint64_t position = 0;
        chunk* in = nullptr; // where the next line is, or will be
        bool gone = false;
    };
    /// What one client has said: times of the lines that nobody got yet, in a ring that grows.
    struct sender_state {
        std::uint32_t sent = 0;
        std::uint32_t seen = 0;
        std::vector<std::chrono::nanoseconds> times;
    };
    struct missing_line {
        std::uint64_t position;
        line_id id;
    };

    const ledger_entry* step(std::uint32_t client);
    const ledger_entry* take_new(std::uint32_t client, line_id id);
    const ledger_entry* take_known(std::uint32_t client, line_id id, std::string_view line);
    void append(line_id id);
    [[nodiscard]] chunk& chunk_of(std::uint64_t position);
    [[nodiscard]] std::size_t place(std::uint64_t position) const noexcept {
        return position & ((std::size_t{1} << chunk_bits_) - 1);
    }
    [[nodiscard]] const ledger_entry& entry(std::uint64_t position) {
        return chunk_of(position).entries[place(position)];
    }
    void move_to(std::uint32_t client, std::uint64_t from, std::uint64_t to);
    void skip_to(std::uint32_t client, std::uint64_t to);
    void trim();
    void report(violation_kind kind, std::uint32_t client, std::uint64_t position,
                std::string_view got);
    void report_lost(std::uint32_t client, std::uint64_t position, line_id id);
    void finish_client(std::uint32_t client);

    const line_format& format_;
    std::size_t line_bytes_;
    std::size_t chunk_bits_; // of the number of entries
    std::vector<cursor> cursors_;
    std::vector<sender_state> senders_;
    std::deque<std::unique_ptr<chunk>> chunks_;
    std::unique_ptr<chunk> spare_;
    std::unordered_map<std::uint32_t, std::vector<missing_line>> missing_;
    violations found_;
    ledger_entry late_;             // what `take` returns for a line whose entry may be gone
    std::uint64_t first_chunk_ = 0; // number of chunks_.front()
    std::uint64_t agreed_ = 0;
    std::uint64_t sent_ = 0;
    std::uint64_t deliveries_ = 0;
    std::uint64_t joins_ = 0;
    std::uint32_t live_;
};

} // namespace chatload
