#include "bench/measure/page.hpp"

#include "bench/measure/html.hpp"
#include "bench/measure/page_style.hpp"

#include <fmt/format.h>

namespace bench {

namespace {

const char* class_of(tone how) {
    switch (how) {
    case tone::ok:
        return "ok";
    case tone::warn:
        return "warn";
    case tone::bad:
        return "bad";
    case tone::plain:
        break;
    }
    return "plain";
}

/// So that good and bad news are not told apart by colour alone.
const char* sign_of(tone how) {
    switch (how) {
    case tone::ok:
        return "\xE2\x9C\x93 "; // check mark
    case tone::warn:
        return "\xE2\x9A\xA0 "; // warning sign
    case tone::bad:
        return "\xE2\x9C\x97 "; // ballot X
    case tone::plain:
        break;
    }
    return "";
}

std::string cell_html(const cell& of) {
    if (of.how == tone::plain)
        return fmt::format("<td>{}</td>", html_escape(of.text));
    return fmt::format("<td class=\"{}\">{}{}</td>", class_of(of.how), sign_of(of.how),
                       html_escape(of.text));
}

std::string head_html(const table& what) {
    if (what.columns.empty())
        return {};
    std::string html = "<thead><tr>";
    for (const std::string& column : what.columns)
        html += fmt::format("<th scope=\"col\">{}</th>", html_escape(column));
    return html + "</tr></thead>\n";
}

std::string row_html(const std::vector<cell>& row) {
    std::string html = "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i)
        html += i == 0 ? fmt::format("<th scope=\"row\">{}</th>", html_escape(row[i].text))
                       : cell_html(row[i]);
    return html + "</tr>\n";
}

} // namespace

page::page(std::string_view title, std::string_view subtitle) : title_(html_escape(title)) {
    body_ = fmt::format("<header>\n<h1>{}</h1>\n", title_);
    if (!subtitle.empty())
        body_ += fmt::format("<p class=\"subtitle\">{}</p>\n", html_escape(subtitle));
    body_ += "</header>\n<main>\n";
}

void page::add_block(std::string_view html) {
    if (among_charts_)
        body_ += "</div>\n";
    among_charts_ = false;
    body_ += html;
}

void page::add_chart(std::string_view html) {
    if (!among_charts_)
        body_ += "<div class=\"charts\">\n";
    among_charts_ = true;
    body_ += html;
}

void page::verdict(tone how, std::string_view summary, const std::vector<std::string>& details) {
    std::string html =
        fmt::format("<div class=\"verdict {}\">\n<p><span class=\"sign\">{}</span>{}</p>\n",
                    class_of(how), sign_of(how), html_escape(summary));
    if (!details.empty()) {
        html += "<ul>\n";
        for (const std::string& detail : details)
            html += fmt::format("<li>{}</li>\n", html_escape(detail));
        html += "</ul>\n";
    }
    add_block(html + "</div>\n");
}

void page::figures(const std::vector<key_figure>& figures) {
    std::string html = "<dl class=\"figures\">\n";
    for (const key_figure& each : figures) {
        html += fmt::format("<div><dt>{}</dt><dd class=\"value\">{}</dd>", html_escape(each.name),
                            html_escape(each.value));
        if (!each.note.empty())
            html += fmt::format("<dd class=\"note\">{}</dd>", html_escape(each.note));
        html += "</div>\n";
    }
    add_block(html + "</dl>\n");
}

void page::heading(std::string_view text) {
    add_block(fmt::format("<h2>{}</h2>\n", html_escape(text)));
}

void page::paragraph(std::string_view text) {
    add_block(fmt::format("<p>{}</p>\n", html_escape(text)));
}

void page::add(const table& what) {
    // A part that scrolls can be reached by the keyboard.
    std::string html = fmt::format("<div class=\"scroll\" tabindex=\"0\">\n<table{}>\n",
                                   what.numbers ? " class=\"numbers\"" : "");
    if (!what.caption.empty())
        html += fmt::format("<caption>{}</caption>\n", html_escape(what.caption));
    html += head_html(what) + "<tbody>\n";
    for (const std::vector<cell>& row : what.rows)
        html += row_html(row);
    add_block(html + "</tbody>\n</table>\n</div>\n");
}

std::string page::html() const {
    // The policy forbids the page what it does not need: scripts and the network.
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "style-src 'unsafe-inline'; img-src data:\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n"
        "<link rel=\"icon\" href=\"data:,\">\n"
        "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n{}{}</main>\n</body>\n"
        "</html>\n",
        title_, page_style, body_, among_charts_ ? "</div>\n" : "");
}

} // namespace bench
