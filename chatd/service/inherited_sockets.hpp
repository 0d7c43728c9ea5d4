#pragma once

#include <reactor/inherited.hpp>
#include <reactor/unique_fd.hpp>

#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace chatd {

/// The descriptors that a service manager handed over, until somebody takes them.
///
/// Their names are `FileDescriptorName=` of the socket unit; see `socket_name`.
class inherited_sockets {
public:
    /// None.
    inherited_sockets() = default;
    explicit inherited_sockets(std::vector<reactor::inherited_descriptor> handed) noexcept;

    /// What this process was given.  Once a process, before it has threads: as
    /// `reactor::inherited_descriptors`, whose exceptions pass.
    [[nodiscard]] static inherited_sockets of_this_process();

    /// One more.
    void add(reactor::inherited_descriptor one) { handed_.push_back(std::move(one)); }
    /// Those of that name, in the order in which they were given; they are the caller's from now
    /// on.
    [[nodiscard]] std::vector<reactor::unique_fd> take(std::string_view name);
    /// The names of those that nobody took, in order.
    [[nodiscard]] std::vector<std::string> left() const;

private:
    std::vector<reactor::inherited_descriptor> handed_;
};

/// What is wrong with the inherited descriptor `fd`, in one sentence that names the remedy.
[[nodiscard]] std::string inherited_error(int fd, std::error_code ec);

/// What the daemon does with an inherited descriptor of a name.
namespace socket_name {
inline constexpr std::string_view chat = "chat"; ///< Listens for clients instead of `--listen`.
inline constexpr std::string_view unnamed = "unknown"; ///< The same: handed over without a name.
inline constexpr std::string_view metrics = "metrics"; ///< For HTTP, instead of `--metrics`.
inline constexpr std::string_view control = "control"; ///< For chatctl, instead of `--control`.
// What a chatd that stopped left in the manager's store for the next one.  Thousands have the
// second name, and a variable of the environment has room for 128 KiB of names.
inline constexpr std::string_view state = "state"; ///< The file that tells what the others are.
inline constexpr std::string_view session = "s";   ///< A session's connection.
inline constexpr std::string_view listener = "l";  ///< A socket that listens for clients.
} // namespace socket_name

} // namespace chatd
