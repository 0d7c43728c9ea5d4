#include "chatd/service/inherited_sockets.hpp"

#include <utility>

namespace chatd {

inherited_sockets::inherited_sockets(std::vector<reactor::inherited_descriptor> handed) noexcept
    : handed_(std::move(handed)) {}

inherited_sockets inherited_sockets::of_this_process() {
    return inherited_sockets{reactor::inherited_descriptors()};
}

std::vector<reactor::unique_fd> inherited_sockets::take(std::string_view name) {
    std::vector<reactor::unique_fd> taken;
    for (reactor::inherited_descriptor& one : handed_) {
        if (one.name == name)
            taken.push_back(std::move(one.fd));
    }
    std::erase_if(handed_, [name](const auto& one) { return one.name == name; });
    return taken;
}

std::vector<std::string> inherited_sockets::left() const {
    std::vector<std::string> names;
    names.reserve(handed_.size());
    for (const reactor::inherited_descriptor& one : handed_)
        names.push_back(one.name);
    return names;
}

std::string inherited_error(int fd, std::error_code ec) {
    return "cannot use the inherited descriptor " + std::to_string(fd) + ": " + ec.message() +
           "; hand over a stream socket that listens (ListenStream= in the socket unit)";
}

} // namespace chatd
