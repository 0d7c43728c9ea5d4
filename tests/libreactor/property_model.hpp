// What a random program knows of each opening of a channel, and what it therefore owes its peer.
#pragma once

#include <reactor/sim/peer.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace property {

/// A text that occurs once in a program: `[number:filler]`.
std::string message(int number, std::size_t size);

inline constexpr std::size_t lane_count = 2;

/// What a peer is owed: private output in its order, and between two private pieces what the
/// followed broadcasts (a lane each) said meanwhile, in order within each lane and never torn.
class owed_output {
public:
    using text = std::shared_ptr<const std::string>;
    /// What a producer has made so far.
    struct made {
        std::string text;
        bool finished = false;
    };

    owed_output() : phases_(1) {}

    void push(text what);
    void push(std::shared_ptr<made> what);
    void publish(std::size_t lane, text what);
    /// Of this lane, the last `behind` bytes are held back.  False when they begin inside a text.
    [[nodiscard]] bool hold(std::size_t lane, std::size_t behind);
    void release(std::size_t lane);
    [[nodiscard]] bool held(std::size_t lane) const noexcept { return held_[lane].on; }
    /// All bytes, those held back included.
    [[nodiscard]] std::size_t total() const noexcept;
    /// Empty when `received` is what is owed, all of it if `complete`, else what is wrong.
    [[nodiscard]] std::string compare(std::string_view received, bool complete) const;

private:
    struct phase {
        std::array<std::vector<text>, lane_count> lanes;
        text own{};                     // after the lanes
        std::shared_ptr<made> source{}; // or this
    };
    struct share {
        bool on = false;
        std::vector<text> texts{};
    };
    enum class outcome { matched, ended, wrong };

    [[nodiscard]] static outcome take(std::string_view& rest, std::string_view expected);
    [[nodiscard]] static outcome take_lanes(std::string_view& rest, const phase& p);
    [[nodiscard]] static outcome take_own(std::string_view& rest, const phase& p);

    std::vector<phase> phases_;
    std::array<share, lane_count> held_;
};

/// A connection as its peer sees it; may outlive the channel, and be handed from one to another.
struct connection {
    reactor::sim::peer other;
    std::string given;        ///< what the peer sent
    bool ended = false;       ///< the peer ended its side in good order
    bool cut = false;         ///< the peer closed or reset: bytes under way may be lost
    bool lossy_input = false; ///< input was dropped on purpose: not to be compared
    std::size_t out_next = 0; ///< where the output of the next channel over it starts
    std::size_t in_next = 0;  ///< ... and its input
};

/// One opening of one channel.
struct ledger {
    int id = 0;
    std::shared_ptr<connection> link{};
    std::string local{}; ///< address of a channel that connects
    owed_output out{};
    std::size_t out_from = 0; ///< where in the peer's stream this opening's output starts
    std::size_t out_to = std::string::npos;
    std::string got{};
    std::size_t in_from = 0;
    bool told = false;     ///< handle_close came
    bool released = false; ///< destroyed or detached: no more calls
    bool connected = false;
    bool when_done = false; ///< close_when_done was called
    bool abrupt = false;    ///< close was called
    bool disturbed = false; ///< a fault may have cut it off
    bool lossy = false;     ///< output was discarded on purpose
    bool high = false;      ///< told to be above the high-water mark
    int eofs = 0;
    int unseen = 0; ///< iterations since it was closed
    std::error_code reason{};

    /// Empty when what the peer received is right so far.
    [[nodiscard]] std::string check_output(bool complete) const;
    /// The same for input, `held` of which the library still has.
    [[nodiscard]] std::string check_input(std::string_view held, bool complete) const;
    /// It ended in good order: its peer must have everything.
    [[nodiscard]] bool ended_well() const noexcept;
};

} // namespace property
