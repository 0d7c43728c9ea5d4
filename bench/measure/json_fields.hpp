#pragma once

#include <nlohmann/json.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace bench {

/// Structures to JSON and back, from one list of their fields.  A structure is listed by a function
/// in its namespace,
///
///     void describe(auto& json, described<counts> auto& of) {
///         json.field("lines", of.lines);
///     }
///
/// which a `json_writer` calls to write and a `json_reader` to read.  Fields may be structures so
/// described, vectors and optionals of anything that may be a field (an empty optional is `null`),
/// texts, truth values, numbers (one that is not finite is `null`) and durations, in nanoseconds.
/// For .cpp files: it is slow to compile.

/// T or const T.
template <class T, class Described>
concept described = std::same_as<std::remove_const_t<T>, Described>;

/// A value is not what its place in the JSON is for; `what()` names the place.
struct json_field_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class json_writer {
public:
    static constexpr bool reads = false;

    template <class T>
    void field(const char* name, const T& value) {
        object_[name] = made(value);
    }
    /// What follows from other fields; for the reader's convenience, and not read back.
    template <class T>
    void derived(const char* name, const T& value) {
        field(name, value);
    }
    /// A value that has a text: `get()` gives it; `set(text)` takes it and gives whether it is one.
    /// The parameter of `set` is `auto`, so that it is not compiled for a constant.
    void text(const char* name, auto&& get, auto&& /*set*/) { field(name, std::string(get())); }

    /// The object written so far.
    [[nodiscard]] nlohmann::ordered_json take() { return std::move(object_); }

private:
    template <class T>
    static nlohmann::ordered_json made(const T& value) {
        if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
            return value;
        } else {
            json_writer inner;
            describe(inner, value);
            return inner.take();
        }
    }
    static nlohmann::ordered_json made(std::chrono::nanoseconds value) { return value.count(); }
    template <class T>
    static nlohmann::ordered_json made(const std::optional<T>& value) {
        return value ? made(*value) : nlohmann::ordered_json(nullptr);
    }
    template <class T>
    static nlohmann::ordered_json made(const std::vector<T>& values) {
        auto array = nlohmann::ordered_json::array();
        for (const T& value : values)
            array.push_back(made(value));
        return array;
    }

    nlohmann::ordered_json object_ = nlohmann::ordered_json::object();
};

class json_reader {
public:
    static constexpr bool reads = true;

    /// @param path  where `object` is in the whole, for errors; empty: it is the whole.
    json_reader(const nlohmann::ordered_json& object, std::string path)
        : object_(object), path_(std::move(path)) {
        if (!object.is_object())
            fail(path_.empty() ? "the whole" : path_, "an object");
    }

    /// Fields that it does not know are passed over.
    template <class T>
    void field(const char* name, T& value) {
        const std::string place = path_.empty() ? name : path_ + '.' + name;
        const auto found = object_.find(name);
        if (found == object_.end())
            throw json_field_error(place + " is missing");
        read(*found, place, value);
    }
    template <class T>
    void derived(const char* /*name*/, const T& /*value*/) {}
    void text(const char* name, auto&& /*get*/, auto&& set) {
        std::string value;
        field(name, value);
        if (!set(value))
            refuse(path_.empty() ? name : path_ + '.' + name,
                   "there is no such one: " + shown(value));
    }
    /// Says that what was read makes no sense together.
    [[noreturn]] void refuse(const std::string& why) const { refuse(path_, why); }

private:
    using json = nlohmann::ordered_json;

    [[noreturn]] static void refuse(const std::string& place, const std::string& why) {
        throw json_field_error(place + ": " + why);
    }
    [[noreturn]] static void fail(const std::string& place, const std::string& wanted) {
        throw json_field_error(place + " is not " + wanted);
    }

    /// In quotes and on one line, whatever it holds.
    static std::string shown(const std::string& text) {
        return json(text).dump(-1, ' ', true, json::error_handler_t::replace);
    }

    template <class T>
    static void read(const json& from, const std::string& place, T& into) {
        if constexpr (std::is_same_v<T, bool>) {
            if (!from.is_boolean())
                fail(place, "true or false");
            into = from.get<bool>();
        } else if constexpr (std::is_integral_v<T>) {
            read_whole(from, place, into);
        } else {
            json_reader inner{from, place};
            describe(inner, into);
        }
    }
    template <class T>
    static void read_whole(const json& from, const std::string& place, T& into) {
        const bool in_range =
            from.is_number_unsigned()
                ? std::in_range<T>(from.get<std::uint64_t>())
                : from.is_number_integer() && std::in_range<T>(from.get<std::int64_t>());
        if (!in_range)
            fail(place, "a whole number from " + std::to_string(std::numeric_limits<T>::min()) +
                            " to " + std::to_string(std::numeric_limits<T>::max()));
        into = from.get<T>();
    }
    static void read(const json& from, const std::string& place, double& into) {
        if (!from.is_number() && !from.is_null())
            fail(place, "a number or null");
        into = from.is_null() ? std::numeric_limits<double>::quiet_NaN() : from.get<double>();
    }
    static void read(const json& from, const std::string& place, std::string& into) {
        if (!from.is_string())
            fail(place, "a text");
        into = from.get<std::string>();
    }
    static void read(const json& from, const std::string& place, std::chrono::nanoseconds& into) {
        std::int64_t count = 0;
        read(from, place, count);
        if (count < 0)
            fail(place, "a duration: it must not be negative");
        into = std::chrono::nanoseconds{count};
    }
    template <class T>
    static void read(const json& from, const std::string& place, std::optional<T>& into) {
        into.reset();
        if (!from.is_null())
            read(from, place, into.emplace());
    }
    template <class T>
    static void read(const json& from, const std::string& place, std::vector<T>& into) {
        if (!from.is_array())
            fail(place, "a list");
        into.clear();
        for (const json& each : from) {
            const std::string inner = place + '[' + std::to_string(into.size()) + ']';
            read(each, inner, into.emplace_back());
        }
    }

    const json& object_;
    std::string path_;
};

} // namespace bench
