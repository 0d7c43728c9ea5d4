#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace reactor {

template <class Signature>
class unique_function;

/// A callable that is moved, never copied; small ones (up to `inline_size` bytes) cost no
/// allocation. Calling an empty one is undefined; test with `operator bool`.
template <class R, class... Args>
class unique_function<R(Args...)> {
public:
    /// Callables up to this size, in bytes, lie in the object itself.
    static constexpr std::size_t inline_size = 48;

    /// An empty one.
    unique_function() noexcept = default;

    /// A lambda is passed as it stands.  The constraint leaves moves to the move constructor.
    template <class F>
    requires(!std::is_same_v<std::decay_t<F>, unique_function> &&
             std::is_invocable_r_v<R, std::decay_t<F>&, Args...>)
        unique_function(F&& f) { // NOLINT(bugprone-forwarding-reference-overload)
        using target = std::decay_t<F>;
        if constexpr (fits<target>) {
            ::new (static_cast<void*>(storage_)) target(std::forward<F>(f));
            operations_ = &inline_operations<target>;
        } else {
            ::new (static_cast<void*>(storage_))
                target*(std::make_unique<target>(std::forward<F>(f)).release());
            operations_ = &boxed_operations<target>;
        }
    }

    /// Takes the callable over; the other is empty afterwards.
    unique_function(unique_function&& other) noexcept { take(other); }
    /// The same; the callable held before is destroyed.
    unique_function& operator=(unique_function&& other) noexcept {
        if (this != &other) {
            reset();
            take(other);
        }
        return *this;
    }
    /// Destroys the callable.
    ~unique_function() { reset(); }

    /// Whether there is something to call.
    [[nodiscard]] explicit operator bool() const noexcept { return operations_ != nullptr; }
    /// Calls it; what it throws comes through.
    R operator()(Args... args) { return operations_->call(storage_, std::forward<Args>(args)...); }

private:
    struct operations {
        R (*call)(void*, Args&&...);
        void (*relocate)(void* from, void* to) noexcept;
        void (*destroy)(void*) noexcept;
    };

    template <class F>
    static constexpr bool
        fits = sizeof(F) <= inline_size &&
               alignof(F) <= alignof(std::max_align_t) && std::is_nothrow_move_constructible_v<F>;

    template <class F>
    static R invoke(F& f, Args&&... args) {
        if constexpr (std::is_void_v<R>)
            f(std::forward<Args>(args)...); // whatever it gives is dropped
        else
            return f(std::forward<Args>(args)...);
    }

    template <class F>
    static constexpr operations inline_operations{
        [](void* p, Args&&... args) -> R {
            return invoke(*static_cast<F*>(p), std::forward<Args>(args)...);
        },
        [](void* from, void* to) noexcept {
            ::new (to) F(std::move(*static_cast<F*>(from)));
            static_cast<F*>(from)->~F();
        },
        [](void* p) noexcept { static_cast<F*>(p)->~F(); }};

    template <class F>
    static constexpr operations boxed_operations{
        [](void* p, Args&&... args) -> R {
            return invoke(**static_cast<F**>(p), std::forward<Args>(args)...);
        },
        [](void* from, void* to) noexcept { ::new (to) F*(*static_cast<F**>(from)); },
        [](void* p) noexcept { std::unique_ptr<F>{*static_cast<F**>(p)}; }};

    void take(unique_function& other) noexcept {
        if (other.operations_ == nullptr)
            return;
        other.operations_->relocate(other.storage_, storage_);
        operations_ = std::exchange(other.operations_, nullptr);
    }
    void reset() noexcept {
        if (const auto* former = std::exchange(operations_, nullptr))
            former->destroy(storage_);
    }

    alignas(std::max_align_t) std::byte storage_[inline_size];
    const operations* operations_ = nullptr;
};

} // namespace reactor
