#include <reactor/inherited.hpp>

#include "address_text.hpp"
#include "system.hpp"

#include <charconv>
#include <climits>
#include <cstdlib>
#include <string_view>

namespace reactor {

namespace {

constexpr int first_descriptor = 3; // SD_LISTEN_FDS_START
constexpr const char* variables[] = {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"};

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(std::make_error_code(std::errc::invalid_argument), what);
}

const char* variable(const char* name) {
    return std::getenv(name); // NOLINT(concurrency-mt-unsafe): the caller's business, as documented
}

/// A number of 1 to `most`.
int read_number(const char* name, const char* value, int most) {
    const std::string_view text{value};
    int number = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (ec != std::errc{} || end != text.data() + text.size() || number < 1 || number > most)
        fail(std::string(name) + " is " + detail::quoted(text) + ", not a number from 1 to " +
             std::to_string(most));
    return number;
}

/// 0 when nothing was handed to this process.
int count_given() {
    const char* const process = variable("LISTEN_PID");
    const char* const count = variable("LISTEN_FDS");
    if (process == nullptr || count == nullptr)
        return 0;
    if (read_number("LISTEN_PID", process, INT_MAX) != system::process_id())
        return 0;
    return read_number("LISTEN_FDS", count, INT_MAX - first_descriptor);
}

/// LISTEN_FDNAMES, taken apart at its colons.
std::vector<std::string> names_given(int count) {
    const auto wanted = static_cast<std::size_t>(count);
    const char* const value = variable("LISTEN_FDNAMES");
    if (value == nullptr)
        return {};
    std::vector<std::string> names;
    std::string_view rest{value};
    while (true) {
        const auto colon = rest.find(':');
        names.emplace_back(rest.substr(0, colon));
        if (colon == std::string_view::npos)
            break;
        rest.remove_prefix(colon + 1);
    }
    if (names.size() != wanted)
        fail("LISTEN_FDNAMES is " + detail::quoted(value) + ": " + std::to_string(names.size()) +
             " names, but LISTEN_FDS says " + std::to_string(count) + " descriptors");
    return names;
}

void forget_variables() {
    for (const char* name : variables)
        ::unsetenv(name); // NOLINT(concurrency-mt-unsafe): the caller's business, as documented
}

} // namespace

std::vector<inherited_descriptor> inherited_descriptors(listen_environment after) {
    const int count = count_given();
    auto names = count > 0 ? names_given(count) : std::vector<std::string>{};
    // All are looked at before any is owned: on an error the caller's are as they were.
    for (int i = 0; i < count; ++i)
        if (const auto set = system::set_close_on_exec(first_descriptor + i); !set.ok())
            throw std::system_error(set.error, std::system_category(),
                                    "LISTEN_FDS says " + std::to_string(count) +
                                        " descriptors, but descriptor " +
                                        std::to_string(first_descriptor + i));
    std::vector<inherited_descriptor> given;
    given.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i)
        given.push_back(
            {unique_fd{first_descriptor + i},
             names.empty() ? "unknown" : std::move(names[static_cast<std::size_t>(i)])});
    if (after == listen_environment::unset)
        forget_variables();
    return given;
}

std::vector<inherited_descriptor> inherited_descriptors(listen_environment after,
                                                        std::error_code& ec) {
    ec = {};
    try {
        return inherited_descriptors(after);
    } catch (const std::system_error& error) {
        ec = error.code();
        return {};
    }
}

} // namespace reactor
