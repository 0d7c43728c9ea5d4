#pragma once

#include "chatd/proxy/proxy_header.hpp"

#include <reactor/dispatcher.hpp>
#include <reactor/endpoint.hpp>
#include <reactor/unique_fd.hpp>

#include <chrono>
#include <cstddef>
#include <string_view>
#include <system_error>

namespace chatd {

/// Gets what comes of the connections of proxies.  Each connection ends in one of the two.
class proxied_acceptor {
public:
    /// The header is complete.
    /// @param fd    what follows the header is still in it.
    /// @param peer  who connected to the proxy; the proxy itself if it did not say so.
    /// @param proxy who connected here.
    virtual void header_came(reactor::unique_fd fd, const reactor::endpoint& peer,
                             const reactor::endpoint& proxy) = 0;
    enum class failure { malformed, too_late, closed };
    /// The connection is closed.  `closed`: the proxy ended it before it sent anything.
    /// @param fault  a phrase for the log.
    virtual void header_failed(failure what, const reactor::endpoint& proxy,
                               std::string_view fault) = 0;

protected:
    ~proxied_acceptor() = default;
};

/// A connection of a proxy until its PROXY header has come; then the descriptor goes to the
/// acceptor, and this object ends.
class proxied_connection final : public reactor::dispatcher {
public:
    struct terms {
        std::size_t longest;               ///< Bytes of the header.
        std::chrono::nanoseconds patience; ///< For all of it; 0: no limit.
    };

    /// `target` must outlive this.
    proxied_connection(reactor::loop& loop, proxied_acceptor& target, reactor::unique_fd fd,
                       const reactor::endpoint& proxy, const terms& of);

    [[nodiscard]] const proxied_acceptor& target() const noexcept { return target_; }
    [[nodiscard]] const char* class_name() const noexcept override { return "proxied_connection"; }

private:
    void handle_read() override;
    void handle_eof() override;
    void handle_timeout() override;
    void handle_close(std::error_code ec) override;
    void fail(proxied_acceptor::failure what, std::string_view fault);

    proxied_acceptor& target_;
    reactor::endpoint proxy_;
    proxy_header header_;
    bool told_ = false; // the acceptor
};

} // namespace chatd
