#include "chatd/ctl/cells.hpp"
#include "chatd/ctl/show.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace chatd::ctl {

namespace {

using json = nlohmann::ordered_json;

json value_of(const std::string& text, bool number) {
    std::int64_t value = 0;
    const char* const end = text.data() + text.size();
    if (const auto [rest, failure] = std::from_chars(text.data(), end, value);
        number && failure == std::errc{} && rest == end)
        return value;
    return text;
}

json fields_as_json(const reply& shown) {
    json object = json::object();
    for (const std::string& line : shown.lines) {
        const auto cells = cells_of(line);
        const heading key = heading_of(cells.front());
        object[key.name] = value_of(cells.size() > 1 ? cells[1] : "", key.number);
    }
    return object;
}

json table_as_json(const reply& shown) {
    json rows = json::array();
    std::vector<heading> columns;
    for (const std::string& line : shown.lines) {
        const auto cells = cells_of(line);
        if (columns.empty()) {
            for (const std::string& one : cells)
                columns.push_back(heading_of(one));
            continue;
        }
        json row = json::object();
        for (std::size_t i = 0; i < std::min(cells.size(), columns.size()); ++i)
            row[columns[i].name] = value_of(cells[i], columns[i].number);
        rows.push_back(std::move(row));
    }
    return rows;
}

json to_json(const reply& shown) {
    switch (shown.shape) {
    case reply::form::text:
        return shown.lines;
    case reply::form::fields:
        return fields_as_json(shown);
    case reply::form::table:
        return table_as_json(shown);
    case reply::form::none:
        break;
    }
    return nullptr;
}

} // namespace

std::string as_json(const reply& shown) {
    return to_json(shown).dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

} // namespace chatd::ctl
