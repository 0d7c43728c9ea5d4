#pragma once

#include <reactor/export.hpp>
#include <reactor/fwd.hpp>

#include <utility>

namespace reactor {

/// Keeps `loop::run` from returning for want of work while it lives.  Must not outlive the loop.
class REACTOR_EXPORT work_guard {
public:
    explicit work_guard(loop& owner) noexcept;
    work_guard(work_guard&& other) noexcept : core_(std::exchange(other.core_, nullptr)) {}
    work_guard& operator=(work_guard&&) = delete;
    ~work_guard();

private:
    detail::loop_core* core_;
};

} // namespace reactor
