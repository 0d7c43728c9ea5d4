// What most sources here include and what takes longer to compile than they do themselves; each of
// them includes what it needs all the same.
#pragma once

#include <reactor/async_chat.hpp>
#include <reactor/loop.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
