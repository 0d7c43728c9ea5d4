#include "loop_core.hpp"

#include <reactor/dispatcher.hpp>
#include <reactor/error.hpp>
#include <reactor/transport.hpp>

#include <memory>
#include <new>
#include <utility>

namespace reactor {

namespace flag = detail::flag;

transport::~transport() = default;

void dispatcher::set_transport(std::unique_ptr<transport> layer, std::error_code& ec) noexcept {
    ec = why_no_transport();
    if (!ec && !layer)
        ec = std::make_error_code(std::errc::invalid_argument);
    if (ec)
        return;
    core_->check_thread(*this);
    const bool stands = connected();
    try {
        core_->extra(index_).layer =
            std::make_unique<detail::transport_layer>(std::move(layer), stands);
    } catch (const std::bad_alloc&) {
        ec = std::make_error_code(std::errc::not_enough_memory);
        return;
    }
    if (!stands)
        return; // begins when it does
    // What came before the protocol began was not said in it: whoever can slip a line in there must
    // not have it taken for one that was (CVE-2011-0411).
    drop_input();
    auto& s = core_->slots()[index_];
    s.clear(flag::connected);
    s.set(flag::connecting);
    core_->mark_changed(index_);
}

std::error_code dispatcher::why_no_transport() const noexcept {
    if (core_ == nullptr)
        return std::make_error_code(std::errc::not_connected);
    if (!is_open())
        return errc::not_open;
    const auto& s = core_->slots()[index_];
    if (core_->find_layer(index_) != nullptr || pending_output() > 0)
        return std::make_error_code(std::errc::device_or_resource_busy);
    constexpr auto unfit =
        flag::accepting | flag::datagram | flag::ending | flag::write_shut | flag::input_ended;
    if (s.has(unfit))
        return std::make_error_code(std::errc::operation_not_supported);
    if (s.fd < 0)
        return {}; // on its way to a host by name: it will be a stream
    int type = 0;
    socklen_t size = sizeof type;
    const auto asked = system::getsockopt(s.fd, SOL_SOCKET, SO_TYPE, &type, &size);
    if (!asked.ok())
        return {asked.error, std::system_category()};
    return type == SOCK_STREAM ? std::error_code{}
                               : std::make_error_code(std::errc::operation_not_supported);
}

void dispatcher::set_transport(std::unique_ptr<transport> layer) {
    std::error_code ec;
    set_transport(std::move(layer), ec);
    if (ec)
        throw std::system_error(ec, "reactor::dispatcher::set_transport");
}

} // namespace reactor
