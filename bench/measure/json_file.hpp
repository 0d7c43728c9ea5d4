#pragma once

#include <nlohmann/json_fwd.hpp> // the whole of it is slow to compile

#include <string>
#include <string_view>

namespace bench {

/// Reads a file that holds one JSON value.
/// @throws std::runtime_error  with one line: the file, the place in it, and what is wrong there.
[[nodiscard]] nlohmann::ordered_json read_json_file(const std::string& name);

/// Writes `value` with an indentation of two and an LF; bytes that are no UTF-8 become U+FFFD.
[[nodiscard]] std::string json_text(const nlohmann::ordered_json& value);

/// `text` as a JSON string, in its quotes and on one line: safe to show whatever it holds.
[[nodiscard]] std::string json_string(std::string_view text);

/// Makes the file hold `text`: all of it or, when that fails, what was there before.  What is no
/// regular file (a terminal, a pipe) is written to as it is.
/// @throws std::runtime_error  with one line: the file and why.
void write_file(const std::string& name, std::string_view text);
/// Throws what `write_file` would, before there is something to write; leaves the file alone.
void check_writable(const std::string& name);

} // namespace bench
