// Connections that proxies make on behalf of others.
#include "chatd/server.hpp"
#include "chatd/session.hpp"

namespace chatd {

void server::header_came(reactor::unique_fd fd, const reactor::endpoint& peer,
                         const reactor::endpoint& proxy) {
    --headers_to_come_;
    const session* const made = let_in(std::move(fd), peer);
    if (made != nullptr && !(peer == proxy))
        remember(*made, peer);
}

void server::header_failed(failure what, const reactor::endpoint& proxy, std::string_view fault) {
    --headers_to_come_;
    if (what == failure::closed)
        return; // so proxies look whether this is still here
    const auto why =
        what == failure::too_late ? incident::refused_proxy_silent : incident::refused_proxy_header;
    incidents_.note(why, loop_.now(), proxy, fault);
}

void server::remember(const session& who, const reactor::endpoint& peer) {
    proxied_.insert_or_assign(&who, peer);
}

reactor::endpoint server::peer_of(const session& who) const {
    const auto found = proxied_.find(&who);
    return found != proxied_.end() ? found->second : who.remote_address();
}

std::vector<proxied_connection*> server::proxied_connections() {
    std::vector<proxied_connection*> found;
    if (headers_to_come_ == 0)
        return found;
    loop_.for_each([&](reactor::dispatcher& channel) {
        auto* const each = dynamic_cast<proxied_connection*>(&channel);
        if (each != nullptr && &each->target() == this)
            found.push_back(each);
    });
    return found;
}

void server::close_proxied() {
    for (proxied_connection* each : proxied_connections())
        each->close();
}

} // namespace chatd
