#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace reactor_bench {

/// Cuts one connection's input into lines: for loops that leave that to the program.
class line_splitter {
public:
    /// Calls `take` with each line that is complete, its LF included.
    template <class Take>
    void feed(std::string_view data, Take take) {
        for (auto end = data.find('\n'); end != std::string_view::npos; end = data.find('\n')) {
            const auto line = data.substr(0, end + 1);
            if (begun_.empty()) {
                take(line);
            } else {
                begun_.append(line);
                take(std::string_view(begun_));
                begun_.clear();
            }
            data.remove_prefix(line.size());
        }
        begun_.append(data);
    }

private:
    std::string begun_; // of a line
};

} // namespace reactor_bench
