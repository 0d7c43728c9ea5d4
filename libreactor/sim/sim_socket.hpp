#pragma once

#include "byte_queue.hpp"
#include "description.hpp"
#include "option_store.hpp"

#include <reactor/endpoint.hpp>

#include <sys/stat.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reactor::sim::detail {

class chaos_source;

/// How sockets are made in this world; they share it, so that changes count for all made later.
struct socket_settings {
    std::size_t send_capacity = std::size_t{64} * 1024;
    std::size_t receive_capacity = std::size_t{64} * 1024;
    bool keep_segments = false;
    chaos_source* chaos = nullptr; ///< Null once the world is gone.
};

/// What a peer took of what the program sent it.
struct peer_tap {
    std::string text;
    std::vector<std::size_t> pieces;
    bool reading = true;
};

/// A stream socket, TCP or UNIX, as Linux has them: one end of a connection, or a listener.
class sim_socket final : public description {
public:
    enum class phase : std::uint8_t { fresh, listening, connecting, connected, closed };

    using settings_ref = std::shared_ptr<const socket_settings>;

    sim_socket(int family, settings_ref settings);
    /// A new socket of a peer: it takes what comes at once and sends without limit.
    static std::shared_ptr<sim_socket> for_peer(int family, settings_ref settings);

    // What the program may do.
    result recv(std::span<char> buffer, int flags);
    result send(std::string_view bytes);
    result shutdown(int how);
    result set_option(int level, int name, const void* value, socklen_t size);
    result get_option(int level, int name, void* value, socklen_t* size);
    [[nodiscard]] unsigned type() const noexcept override { return S_IFSOCK; }
    [[nodiscard]] std::uint32_t ready() const override;
    [[nodiscard]] filter_state reading() const override;
    [[nodiscard]] filter_state writing() const override;
    [[nodiscard]] std::string describe() const override;

    // What only a peer does.
    void send_urgent(char byte);
    void resume_reading();
    std::size_t read_some(std::size_t limit);
    [[nodiscard]] peer_tap* tap() noexcept { return tap_.get(); }

    // What the network does.
    static void link(const std::shared_ptr<sim_socket>& a, const std::shared_ptr<sim_socket>& b);
    /// The connection, or the attempt at it, is over with `error`.
    void fail(int error);
    void reset_arrives();

    [[nodiscard]] int family() const noexcept { return family_; }
    [[nodiscard]] bool is_local() const noexcept { return family_ == AF_UNIX; }
    [[nodiscard]] phase state() const noexcept { return phase_; }
    [[nodiscard]] bool has_peer() const noexcept { return phase_ == phase::connected; }
    void set_state(phase to) noexcept { phase_ = to; }
    [[nodiscard]] const option_store& options() const noexcept { return options_; }
    [[nodiscard]] const settings_ref& settings() const noexcept { return settings_; }
    /// Buffer sizes among them.
    void inherit_options(const sim_socket& listener);

    [[nodiscard]] int pending_error() const noexcept { return error_; }
    int take_error() noexcept { return std::exchange(error_, 0); }
    /// The end has arrived and all before it was read.
    [[nodiscard]] bool at_end() const noexcept { return end_arrived_ && incoming_.empty(); }
    [[nodiscard]] bool was_reset() const noexcept { return was_reset_; }
    [[nodiscard]] std::size_t unread() const noexcept { return incoming_.size(); }
    [[nodiscard]] std::size_t unsent() const noexcept;
    [[nodiscard]] bool can_send() const noexcept {
        return phase_ == phase::connected && !send_shut_;
    }

    endpoint local;
    endpoint remote;
    /// The first connect since the attempt succeeded has not been made.
    bool success_untold = false;

    /// A listener's connections.
    struct {
        std::size_t backlog = 0;
        std::deque<std::shared_ptr<sim_socket>> ready;      ///< To be accepted: this side's ends.
        std::deque<std::weak_ptr<sim_socket>> kept_waiting; ///< Those that found the backlog full.
    } queue;

private:
    void on_last_close() override;
    void close_connection();
    void close_queue();
    void abort();
    void deliver();
    void depart(std::size_t count, bool end);
    [[nodiscard]] bool breaks();
    void arrive(std::string_view bytes);
    void end_arrives();
    void keep(std::string_view bytes);
    result recv_urgent(std::span<char> buffer);
    result nothing_to_read();
    void pass_urgent_mark();
    [[nodiscard]] std::shared_ptr<sim_socket> other() const noexcept;
    [[nodiscard]] std::shared_ptr<sim_socket> self();
    [[nodiscard]] std::size_t window() const noexcept;
    [[nodiscard]] std::size_t send_room() const noexcept;
    [[nodiscard]] bool writable() const noexcept;
    [[nodiscard]] bool lingers_not_at_all() const;
    void apply_options();

    struct urgent_byte {
        char value;
        std::uint64_t at;
        bool taken = false;
    };

    const int family_;
    const settings_ref settings_;
    phase phase_ = phase::fresh;
    bool receive_shut_ = false; ///< No more will come: recv gives 0 after what is there.
    bool send_shut_ = false;
    bool end_arrived_ = false; ///< The other end said so (FIN).
    bool end_to_send_ = false;
    bool was_reset_ = false;
    int error_ = 0;
    std::size_t send_capacity_;
    std::size_t receive_capacity_;
    std::size_t unsent_limit_ = 0; ///< TCP_NOTSENT_LOWAT; 0 is none.
    option_store options_;
    byte_queue incoming_;
    std::string outgoing_;
    std::size_t under_way_ = 0;  ///< The last bytes of it, which have not arrived yet.
    bool end_under_way_ = false; ///< So has the end.
    std::chrono::nanoseconds last_arrival_{0}; ///< Nothing overtakes.
    std::optional<urgent_byte> urgent_;
    std::weak_ptr<sim_socket> other_;
    std::shared_ptr<sim_socket>
        lingering_; ///< The other end, closed, while it has bytes to deliver.
    std::unique_ptr<peer_tap> tap_;
};

} // namespace reactor::sim::detail
