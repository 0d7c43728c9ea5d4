#include <reactor/unique_function.hpp>

#include "support/catch.hpp"

#include <array>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

using reactor::unique_function;

namespace {

/// Counts the living and the moves.
struct counted {
    explicit counted(int& alive_now) : alive(&alive_now) { ++*alive; }
    counted(counted&& other) noexcept : alive(other.alive) { ++*alive; }
    counted& operator=(counted&&) = delete;
    ~counted() { --*alive; }
    int operator()() const { return *alive; }

    int* alive;
};

struct big_counted : counted {
    using counted::counted;
    std::array<char, 100> much{};
};

/// Its move may throw, so it is not kept in place.
struct throwing_move {
    explicit throwing_move(int& alive_now) : inner(alive_now) {}
    throwing_move(throwing_move&& other) : inner(std::move(other.inner)) {}
    int operator()() const { return inner(); }
    counted inner;
};

} // namespace

static_assert(!std::is_copy_constructible_v<unique_function<void()>>);
static_assert(std::is_nothrow_move_constructible_v<unique_function<void()>>);
static_assert(!std::is_constructible_v<unique_function<void()>, int>);
static_assert(!std::is_constructible_v<unique_function<void(int)>, void (*)(std::string)>);

TEST_CASE("a function that was made empty or moved from is empty", "[unique_function]") {
    unique_function<int()> empty;
    CHECK_FALSE(empty);
    unique_function<int()> first([] { return 1; });
    CHECK(first);
    unique_function<int()> second(std::move(first));
    CHECK_FALSE(first); // NOLINT(bugprone-use-after-move): what it is then
    CHECK(second() == 1);
    second = std::move(empty);
    CHECK_FALSE(second);
}

TEMPLATE_TEST_CASE("what a function holds is destroyed once", "[unique_function]", counted,
                   big_counted, throwing_move) {
    int alive = 0;
    {
        unique_function<int()> first(TestType{alive});
        CHECK(alive == 1);
        CHECK(first() == 1);
        unique_function<int()> second(std::move(first));
        CHECK(alive == 1);
        unique_function<int()> third(TestType{alive});
        CHECK(alive == 2);
        third = std::move(second);
        CHECK(alive == 1);
        auto& same = third;
        third = std::move(same);
        CHECK(third() == 1);
    }
    CHECK(alive == 0);
}

TEST_CASE("arguments and results pass through", "[unique_function]") {
    unique_function<std::unique_ptr<int>(std::unique_ptr<int>)> next(
        [](std::unique_ptr<int> n) { return std::make_unique<int>(*n + 1); });
    CHECK(*next(std::make_unique<int>(4)) == 5);
    unique_function<void(int&)> doubles([](int& n) { return n *= 2; }); // the result is dropped
    int n = 3;
    doubles(n);
    CHECK(n == 6);
    unique_function<const int&(const int&)> same([](const int& i) -> const int& { return i; });
    CHECK(&same(n) == &n);
}

TEST_CASE("a function keeps its state between calls", "[unique_function]") {
    unique_function<int()> counter([n = 0]() mutable { return ++n; });
    counter();
    CHECK(counter() == 2);
    auto moved = std::move(counter);
    CHECK(moved() == 3);
}

TEST_CASE("a function may be assigned while it runs another", "[unique_function]") {
    unique_function<int()> current([] { return 1; });
    unique_function<int()> changer([&] {
        current = [] { return 2; };
        return 0;
    });
    changer();
    CHECK(current() == 2);
}

TEST_CASE("a plain function and a member of an object can be held", "[unique_function]") {
    struct local {
        static int five() { return 5; }
    };
    unique_function<int()> plain(&local::five);
    CHECK(plain() == 5);
    const std::string text = "four";
    unique_function<std::size_t()> bound([&text] { return text.size(); });
    CHECK(bound() == 4);
}
