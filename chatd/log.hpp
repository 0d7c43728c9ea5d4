#pragma once

#include "chatd/log_field.hpp"
#include "chatd/log_sink.hpp"

#include <reactor/unique_function.hpp>

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chatd {

/// What the log tells of peers' addresses, its fields `peer`.
enum class log_addresses : std::uint8_t {
    whole,   ///< Address and port.
    network, ///< The /24 or, of IPv6, the /48 that it lies in.
    none,    ///< The field is left out.
};
inline constexpr unsigned logged_bits_v4 = 24; ///< Of an address that is cut down to its network.
inline constexpr unsigned logged_bits_v6 = 48;

/// What an administrator chooses of the log.
struct log_options {
    log_level level = log_level::info; ///< The least that is written.
    log_addresses addresses = log_addresses::whole;
};

/// Keeps what happens again and again from filling the log: one line a minute.
class log_episode {
public:
    static constexpr std::chrono::nanoseconds interval = std::chrono::minutes{1};

    /// Something happened at `now`.  True at most once a minute.
    [[nodiscard]] bool begins(std::chrono::nanoseconds now) noexcept {
        if (last_ && now - *last_ < interval) {
            ++unsaid_;
            return false;
        }
        last_ = now;
        return true;
    }
    /// How often it happened without a line since the last one.
    [[nodiscard]] std::uint64_t take_unsaid() noexcept { return std::exchange(unsaid_, 0); }

private:
    std::optional<std::chrono::nanoseconds> last_; // of the last line
    std::uint64_t unsaid_ = 0;
};

/// Writes the daemon's log: one event a line, `level event key=value ... category=CATEGORY`.
///
/// There is no time in it: the journal has its own.  Bodies of messages do not belong in it.  Of an
/// event that peers can cause (`log_event::bounded`) at most `burst` lines are written in
/// `interval`; the next one afterwards ends with how many went `unsaid`.  Loop's thread.
class logger {
public:
    using sink = reactor::unique_function<void(std::string_view line)>;
    using clock = std::chrono::nanoseconds (*)();

    static constexpr std::uint32_t burst = 200;
    static constexpr std::chrono::nanoseconds interval = std::chrono::seconds{10};

    /// Logs as suits standard error, see `make_standard_sink`.
    explicit logger(const log_options& chosen = {});
    /// Logs to `to`, which gets each line with its newline; the view dies with the call.
    explicit logger(sink to);
    /// Logs to `to`.
    /// @param now  a clock that does not go back; null: the system's.
    explicit logger(std::unique_ptr<log_sink> to, clock now = nullptr);

    /// From now on this holds.
    void set_options(const log_options& chosen) noexcept { options_ = chosen; }
    [[nodiscard]] const log_options& chosen() const noexcept { return options_; }
    /// The same for the level only.
    void set_level(log_level least) noexcept { options_.level = least; }
    /// Whether a line of this level is written: for what costs something to find out.
    [[nodiscard]] bool writes(log_level level) const noexcept { return level >= options_.level; }

    /// @param event  one of `log_events`.
    void write(log_level level, std::string_view event,
               std::initializer_list<log_field> fields = {}) {
        write(level, event, std::span<const log_field>{fields.begin(), fields.size()});
    }
    /// The same.
    void write(log_level level, std::string_view event, std::span<const log_field> fields);
    void debug(std::string_view event, std::initializer_list<log_field> fields = {}) {
        write(log_level::debug, event, fields);
    }
    void info(std::string_view event, std::initializer_list<log_field> fields = {}) {
        write(log_level::info, event, fields);
    }
    void warning(std::string_view event, std::initializer_list<log_field> fields = {}) {
        write(log_level::warning, event, fields);
    }
    void error(std::string_view event, std::initializer_list<log_field> fields = {}) {
        write(log_level::error, event, fields);
    }

private:
    /// Lines of one event lately.
    struct share {
        std::chrono::nanoseconds since{};
        std::uint32_t said = 0;
        std::uint64_t unsaid = 0;
    };

    [[nodiscard]] bool spend(share& of) const noexcept;
    void add(const log_field& field);

    log_options options_;
    std::unique_ptr<log_sink> sink_;
    clock clock_;
    std::vector<share> shares_;     // by the place in log_events()
    std::vector<log_field> fields_; // of a line that is not written as it came
    std::string network_;           // that a peer's address was cut down to
    std::string line_;
};

} // namespace chatd
