#pragma once

#include "loop_core.hpp"

#include <reactor/descriptor_watch.hpp>
#include <reactor/dispatcher.hpp>

#include <utility>

namespace reactor::detail {

/// What stands behind a `descriptor_watch`: a channel to the loop's own parts, which carries
/// `flag::foreign` and so keeps its hands off the descriptor.
class watched_descriptor final : public dispatcher {
public:
    watched_descriptor(loop& owner, loop_core& core, descriptor_watch::handlers functions)
        : dispatcher(owner), core_(core), functions_(std::move(functions)) {}

    void want(bool reading, bool writing) noexcept;
    [[nodiscard]] bool wants_read() const noexcept { return reading_; }
    [[nodiscard]] bool wants_write() const noexcept { return writing_; }
    [[nodiscard]] const char* class_name() const noexcept override { return "descriptor_watch"; }

    /// One report, inside the dispatch step; false when nothing of it was wanted.
    static bool serve(loop_core& core, std::uint32_t index, const readiness& report);

protected:
    [[nodiscard]] bool readable() const noexcept override { return reading_; }
    [[nodiscard]] bool writable() const noexcept override { return writing_; }
    void handle_read() override { call(&descriptor_watch::handlers::readable); }
    void handle_write() override { call(&descriptor_watch::handlers::writable); }
    void handle_hang_up() { call(&descriptor_watch::handlers::hang_up); }
    void handle_close(std::error_code ec) override;
    void handle_error(std::exception_ptr error) override { core_.report(error); }

private:
    void call(unique_function<void()> descriptor_watch::handlers::*which);

    loop_core& core_;
    descriptor_watch::handlers functions_;
    bool reading_ = false;
    bool writing_ = false;
};

} // namespace reactor::detail
