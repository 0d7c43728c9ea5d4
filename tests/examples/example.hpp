// An example as a process, and a client that talks to it.
#pragma once

#include "support/catch.hpp"
#include "support/program.hpp"
#include "support/wire_client.hpp"

#include <string>
#include <utility>
#include <vector>

namespace examples {

/// The path of an example's binary.
inline std::string binary(const std::string& name) { return EXAMPLES_DIRECTORY "/" + name; }

/// An example that listens on a port which the system chose, and says so.
class example {
public:
    explicit example(const std::string& name, std::vector<std::string> arguments = {"127.0.0.1:0"},
                     support::source_line at = support::source_line::here())
        : process(binary(name), std::move(arguments)), address(process.address(at)) {}

    [[nodiscard]] support::wire_client connect(const std::string& label = "client") const {
        return support::wire_client(address, label);
    }

    support::program process;
    const std::string address;
};

} // namespace examples
