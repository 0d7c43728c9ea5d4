#pragma once

#include "chatd/bans/ban_list.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace chatd {

/// The text of a file of bans: `chatd-bans 1`, one line for each - `addresses`, `name` or `mute`,
/// target, end in seconds of the epoch or `never`, reason, with a TAB between - and `end COUNT`.
[[nodiscard]] std::string write_bans(std::span<const ban> bans);

/// Reads it; an empty text has no bans.  Empty when it is damaged: then `why` is `:LINE: FAULT`.
[[nodiscard]] std::optional<std::vector<ban>> read_bans(std::string_view text, std::string& why);

} // namespace chatd
