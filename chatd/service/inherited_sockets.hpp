#pragma once

#include <reactor/inherited.hpp>
#include <reactor/unique_fd.hpp>

#include <string>
#include <string_view>
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

    /// Those of that name, in the order in which they were given; they are the caller's from now
    /// on.
    [[nodiscard]] std::vector<reactor::unique_fd> take(std::string_view name);
    /// The names of those that nobody took, in order.
    [[nodiscard]] std::vector<std::string> left() const;

private:
    std::vector<reactor::inherited_descriptor> handed_;
};

/// What the daemon does with an inherited descriptor of a name.
namespace socket_name {
inline constexpr std::string_view chat = "chat"; ///< Listens for clients instead of `--listen`.
inline constexpr std::string_view unnamed = "unknown"; ///< The same: handed over without a name.
inline constexpr std::string_view metrics = "metrics"; ///< Listens for HTTP.
inline constexpr std::string_view control = "control"; ///< Listens for chatctl.
} // namespace socket_name

} // namespace chatd
