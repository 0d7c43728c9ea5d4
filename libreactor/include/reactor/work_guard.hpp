#pragma once

#include <reactor/export.hpp>
#include <reactor/fwd.hpp>

#include <memory>

namespace reactor {

namespace detail {
class post_queue;
} // namespace detail

/// Keeps `loop::run` from returning for want of work while it lives.  One that outlives its loop
/// does nothing.  Loop's thread.
class REACTOR_EXPORT work_guard {
public:
    /// From now on `owner` has work.  Loop's thread.
    explicit work_guard(loop& owner) noexcept;
    /// Takes the work over; the other guards nothing afterwards.
    work_guard(work_guard&& other) noexcept = default;
    work_guard& operator=(work_guard&&) = delete;
    /// The loop may return again.  Loop's thread.
    ~work_guard();

private:
    std::shared_ptr<detail::post_queue> queue_; // knows whether the loop still lives
};

} // namespace reactor
