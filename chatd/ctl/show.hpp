#pragma once

#include "chatd/ctl/reply.hpp"

#include <string>

namespace chatd::ctl {

/// The answer for people: aligned columns, each character of unknown effect on a terminal escaped.
[[nodiscard]] std::string as_text(const reply& shown);

/// The answer for programs, one JSON value: of a table an array of objects, of fields an object, of
/// a text an array of its lines, of nothing null.
[[nodiscard]] std::string as_json(const reply& shown);

} // namespace chatd::ctl
