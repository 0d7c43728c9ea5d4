#include "chatd/proxy/proxied_connection.hpp"

#include <reactor/loop.hpp>

#include <algorithm>
#include <utility>

namespace chatd {

proxied_connection::proxied_connection(reactor::loop& loop, proxied_acceptor& target,
                                       reactor::unique_fd fd, const reactor::endpoint& proxy,
                                       const terms& of)
    : dispatcher(loop, std::move(fd)), target_(target), proxy_(proxy), header_(of.longest) {
    if (of.patience.count() > 0)
        set_deadline(of.patience);
}

void proxied_connection::handle_read() {
    while (header_.wanted() > 0) {
        const auto buffer = receive_buffer();
        const auto got = recv(buffer.first(std::min(buffer.size(), header_.wanted())));
        if (got.ec || got.n == 0)
            return; // no more for now, or the loop tells of the end
        header_.take({buffer.data(), got.n});
    }
    if (header_.result() != proxy_header::outcome::complete) {
        fail(proxied_acceptor::failure::malformed, text_of(header_.result()));
        return;
    }
    told_ = true;
    const auto source = header_.source();
    const auto proxy = proxy_; // this object may be gone soon
    const bool says_who = source.family() != AF_UNSPEC;
    target_.header_came(detach(), says_who ? source : proxy, proxy);
}

void proxied_connection::handle_eof() {
    if (header_.size() == 0)
        fail(proxied_acceptor::failure::closed, "closed");
    else
        fail(proxied_acceptor::failure::malformed, text_of(proxy_header::outcome::incomplete));
}

void proxied_connection::handle_timeout() {
    fail(proxied_acceptor::failure::too_late, text_of(proxy_header::outcome::incomplete));
}

void proxied_connection::handle_close(std::error_code) {
    if (!std::exchange(told_, true))
        target_.header_failed(proxied_acceptor::failure::closed, proxy_, "closed");
}

void proxied_connection::fail(proxied_acceptor::failure what, std::string_view fault) {
    if (!std::exchange(told_, true))
        target_.header_failed(what, proxy_, fault);
    close();
}

} // namespace chatd
