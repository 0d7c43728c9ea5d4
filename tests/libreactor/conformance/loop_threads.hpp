// Loops that run in threads of their own.
#pragma once

#include "support/wait_until.hpp"

#include <reactor/counters.hpp>
#include <reactor/loop.hpp>
#include <reactor/work_guard.hpp>

#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>

namespace support {

/// A loop in audit mode and the thread that makes, runs and destroys it.  It runs until `end`.
class loop_thread {
public:
    loop_thread() {
        std::promise<reactor::loop*> made;
        auto there = made.get_future();
        thread_ = std::thread([this, made = std::move(made)]() mutable {
            reactor::loop own(audited());
            const reactor::work_guard guard(own);
            handle_.emplace(own.handle());
            made.set_value(&own);
            own.run();
            findings_ = own.counters().audit_findings;
        });
        loop_ = there.get();
    }
    loop_thread(const loop_thread&) = delete;
    loop_thread& operator=(const loop_thread&) = delete;
    ~loop_thread() { end(); }

    /// May be used by any thread, also after `end`.
    [[nodiscard]] const reactor::loop_handle& handle() const noexcept { return *handle_; }
    [[nodiscard]] std::thread::id id() const noexcept { return thread_.get_id(); }

    /// What `function(loop&)` gives, called in the loop's thread.
    template <class F>
    auto call(F function, source_line at = source_line::here()) {
        using result = std::invoke_result_t<F&, reactor::loop&>;
        std::packaged_task<result()> task(
            [this, f = std::move(function)]() mutable { return f(*loop_); });
        auto answer = task.get_future();
        handle_->post(std::move(task));
        if (answer.wait_for(patience) != std::future_status::ready)
            throw failure(at.text() + "waited in vain for the other loop");
        return answer.get();
    }
    /// Calls it once and again until it gives true.
    template <class F>
    void wait_for(std::string_view what, F holds, source_line at = source_line::here()) {
        wait_until(
            what, [&] { return call([&](reactor::loop& loop) { return holds(loop); }, at); }, at);
    }

    /// Stops, joins and so destroys the loop; once it did, nothing of the audit's findings changes.
    void end() {
        if (!thread_.joinable())
            return;
        handle_->stop();
        thread_.join();
    }
    [[nodiscard]] std::uint64_t findings() const noexcept { return findings_; }

private:
    static reactor::loop_options audited() {
        reactor::loop_options options;
        options.audit = true;
        return options;
    }

    reactor::loop* loop_ = nullptr;
    std::optional<reactor::loop_handle> handle_;
    std::uint64_t findings_ = 0;
    std::thread thread_;
};

} // namespace support
