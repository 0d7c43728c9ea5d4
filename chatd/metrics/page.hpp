#pragma once

#include "chatd/metrics/http_service.hpp"
#include "chatd/metrics/process_facts.hpp"

#include <reactor/loop.hpp>

#include <string>

namespace chatd {

class server;

/// What the page of metrics is made of.
struct page_sources {
    const reactor::loop& loop;
    const server& service;
    const process_facts& process;
    const http_counters& http;
};

/// The page that Prometheus scrapes, in its text format: O(1), whatever the daemon carries.
[[nodiscard]] std::string metrics_page(const page_sources& from);

} // namespace chatd
