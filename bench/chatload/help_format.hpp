#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace chatload {

/// How `--help` looks: what an option takes beside its name, its default behind its meaning, and
/// lines that fit a terminal.  What excludes what is left to the messages.
class help_format : public CLI::Formatter {
public:
    help_format();
    std::string make_option_opts(const CLI::Option* option) const override;
    std::string make_option_desc(const CLI::Option* option) const override;
};

} // namespace chatload
