#include "bench/chatload/order_marks.hpp"

#include <algorithm>

namespace chatload {

std::optional<order_marks::difference> order_marks::compare(const order_marks& other,
                                                            bool same_start, bool same_end) const {
    auto here = marks_.begin();
    auto there = other.marks_.begin();
    if (!same_start) {
        // What came before the first mark in common is not compared: one of them saw a part of it.
        const auto met = std::find_first_of(
            marks_.begin(), marks_.end(), other.marks_.begin(), other.marks_.end(),
            [](const mark& a, const mark& b) { return a.at == b.at; });
        if (met == marks_.end())
            return {};
        here = met + 1;
        there = std::find_if(other.marks_.begin(), other.marks_.end(),
                             [&](const mark& one) { return one.at == met->at; }) +
                1;
    }
    const auto part = [&] {
        difference found;
        found.position = here == marks_.begin() ? 0 : (here - 1)->position;
        if (here != marks_.end())
            found.here = here->at;
        if (there != other.marks_.end())
            found.there = there->at;
        return found;
    };
    for (; here != marks_.end() && there != other.marks_.end(); ++here, ++there) {
        if (here->at != there->at || here->digest != there->digest)
            return part();
    }
    const bool ended_alike =
        here == marks_.end() && there == other.marks_.end() && digest_ == other.digest_;
    if (same_end && !ended_alike)
        return part();
    return {};
}

} // namespace chatload
