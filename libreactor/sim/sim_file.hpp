#pragma once

#include "description.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace reactor::sim::detail {

/// What is read and written and is no socket: a regular file, one end of a pipe, a terminal, a
/// device.  They differ in what their ends do and in what a poller says of them.
class sim_file final : public description {
public:
    enum class kind : std::uint8_t { stored, null, pipe_to_read, pipe_to_write, terminal, device };

    explicit sim_file(kind what, std::string contents = {})
        : kind_(what), incoming_(std::move(contents)) {}

    // What the program may do.
    result read(std::span<char> buffer);
    result write(std::string_view bytes);
    [[nodiscard]] int access_mode() const noexcept override;
    [[nodiscard]] unsigned type() const noexcept override;
    [[nodiscard]] bool is_terminal() const noexcept override { return kind_ == kind::terminal; }

    [[nodiscard]] std::uint32_t ready() const override;
    [[nodiscard]] filter_state reading() const override;
    [[nodiscard]] filter_state writing() const override;
    [[nodiscard]] bool watchable() const noexcept override;
    [[nodiscard]] std::string describe() const override;

    // What the other side does.
    void feed(std::string_view bytes) { incoming_ += bytes; }
    void set_taking(bool on);
    std::size_t take_some(std::size_t limit);
    void close_other_side();
    [[nodiscard]] std::string& taken() noexcept { return taken_; }
    [[nodiscard]] std::size_t untaken() const noexcept { return outgoing_.size(); }
    [[nodiscard]] bool other_side_open() const noexcept { return other_side_open_; }

private:
    [[nodiscard]] bool always_ready() const noexcept {
        return kind_ == kind::stored || kind_ == kind::null;
    }
    [[nodiscard]] bool ended() const noexcept;
    [[nodiscard]] bool has_room() const noexcept;

    const kind kind_;
    std::string incoming_; // what the program has not read
    std::size_t read_ = 0; // of it, at its front
    std::string outgoing_; // what the other side has not taken
    std::string taken_;
    bool taking_ = true;
    bool other_side_open_ = true;
};

} // namespace reactor::sim::detail
