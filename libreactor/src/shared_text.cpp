#include "chunk_chain.hpp"
#include "loop_core.hpp"

#include <reactor/async_chat.hpp>
#include <reactor/loop.hpp>
#include <reactor/shared_text.hpp>

#include <cstddef>
#include <cstring>
#include <utility>

namespace reactor {

namespace {

constexpr std::size_t least_shared = 512; // bytes for which a reference costs less than a copy

} // namespace

shared_text::shared_text(loop& owner, std::string_view text) {
    auto block = detail::chunk_ref::make(text.size(), owner.core_->shared_output_memory());
    if (!text.empty())
        std::memcpy(block->data(), text.data(), text.size());
    const std::string_view bytes{block->data(), text.size()};
    bytes_ = std::make_shared<const detail::chunk_slice>(
        detail::chunk_slice{.owner = std::move(block), .bytes = bytes});
}

std::string_view shared_text::view() const noexcept {
    return bytes_ ? bytes_->bytes : std::string_view{};
}

bool async_chat::push_shared(const shared_text& text) noexcept {
    return enqueue_shared(text, false);
}

bool async_chat::push_shared_exempt(const shared_text& text) noexcept {
    return enqueue_shared(text, true);
}

bool async_chat::enqueue_shared(const shared_text& text, bool exempt) noexcept {
    const auto data = text.view();
    if (data.size() < least_shared || !attached() ||
        !text.bytes_->owner->counts_for(core_->output_memory()))
        return enqueue(data, exempt, false);
    return enqueue(data, exempt, false, text.bytes_.get());
}

} // namespace reactor
