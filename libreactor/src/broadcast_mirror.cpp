#include "broadcast_core.hpp"
#include "mirror_link.hpp"

#include <reactor/broadcast_mirror.hpp>
#include <reactor/loop.hpp>

#include <new>
#include <string>
#include <utility>

namespace reactor {

bool broadcast_handle::publish(std::string_view data) const {
    return home_->loop->post([home = home_, text = std::string(data)] {
        if (home->stream != nullptr) {
            const std::string_view piece = text;
            home->stream->publish({&piece, 1});
        }
    });
}

broadcast_mirror::broadcast_mirror(loop& owner, const broadcast_handle& source,
                                   unique_function<void(std::error_code)> on_end,
                                   std::size_t max_behind)
    : stream_(owner), on_end_(std::move(on_end)),
      link_(std::make_shared<detail::mirror_link>(*this, stream_.core_->home()->loop, source.home_,
                                                  max_behind)) {
    detail::mirror_link::ask_to_follow(link_);
}

broadcast_mirror::~broadcast_mirror() {
    if (auto* here = stream_.core_->loop())
        here->check_usage("broadcast_mirror");
    if (std::exchange(link_->mirror, nullptr) != nullptr)
        detail::mirror_link::send_leave(link_);
}

/// The last call on behalf of the source's side.
void broadcast_mirror::end(std::string_view rest, std::error_code reason) {
    link_->mirror = nullptr;
    following_ = false;
    try {
        stream_.publish(rest);
    } catch (const std::bad_alloc&) {
        reason = std::make_error_code(std::errc::not_enough_memory);
    }
    // From a local: it may destroy this mirror.
    if (auto on_end = std::move(on_end_))
        on_end(reason);
}

} // namespace reactor
