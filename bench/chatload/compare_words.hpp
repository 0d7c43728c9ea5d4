#pragma once

#include "bench/chatload/compare.hpp"

#include <string>
#include <vector>

namespace chatload {

/// What the text and the page of a comparison both say.

/// The figure's name, with its load's where there are several.
[[nodiscard]] std::string compared_name(const compared_figure& of);
/// `better`, `worse`, `within noise`.
[[nodiscard]] const char* verdict_word(const compared_figure& of) noexcept;
/// What a side is: its file, what it was put to, when, and how often.
[[nodiscard]] std::string side_text(const named_report& of);
/// By which rules differences were judged, each once.
[[nodiscard]] std::vector<std::string> rules_used(const comparison& of);
/// One sentence: how many figures are better, worse or within the noise.
[[nodiscard]] std::string compared_summary(const comparison& of);

} // namespace chatload
