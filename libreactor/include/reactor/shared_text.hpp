#pragma once

#include <reactor/export.hpp>
#include <reactor/fwd.hpp>

#include <memory>
#include <string_view>

namespace reactor {

namespace detail {
struct chunk_slice;
} // namespace detail

/// Bytes that never change, for `async_chat::push_shared`: any number of channels send them from
/// one place in memory.
///
/// Copies are cheap and stand for the same bytes.  Belongs to its loop's thread; it may outlive the
/// loop, and channels of other loops get a copy of the bytes.
class REACTOR_EXPORT shared_text {
public:
    /// No bytes.
    shared_text() noexcept = default;
    /// A copy of `text`, for channels of `owner`.  Counts once for `loop::output_memory`, for as
    /// long as this object, a copy of it or a queue holds it.  Throws std::bad_alloc.
    shared_text(loop& owner, std::string_view text);

    /// The bytes; valid as long as this object or a copy of it.
    [[nodiscard]] std::string_view view() const noexcept;
    /// Whether there are none.
    [[nodiscard]] bool empty() const noexcept { return view().empty(); }

private:
    friend class async_chat;

    std::shared_ptr<const detail::chunk_slice> bytes_;
};

} // namespace reactor
