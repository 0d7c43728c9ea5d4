// What the manual's snippets take for granted.
#pragma once

#include <reactor/reactor.hpp>
#include <reactor/sim/world.hpp>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
