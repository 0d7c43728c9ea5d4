#pragma once

/// All of libreactor.
#include <reactor/async_chat.hpp>
#include <reactor/broadcast.hpp>
#include <reactor/channel_ref.hpp>
#include <reactor/child_watch.hpp>
#include <reactor/counters.hpp>
#include <reactor/dispatcher.hpp>
#include <reactor/dispatcher_with_send.hpp>
#include <reactor/endpoint.hpp>
#include <reactor/error.hpp>
#include <reactor/flight_recorder.hpp>
#include <reactor/host_port.hpp>
#include <reactor/inherited.hpp>
#include <reactor/io_result.hpp>
#include <reactor/loop.hpp>
#include <reactor/loop_options.hpp>
#include <reactor/output_limits.hpp>
#include <reactor/producer.hpp>
#include <reactor/resolve.hpp>
#include <reactor/socket_options.hpp>
#include <reactor/terminator.hpp>
#include <reactor/timer.hpp>
#include <reactor/unique_fd.hpp>
#include <reactor/unique_function.hpp>
#include <reactor/version.hpp>
#include <reactor/work_guard.hpp>
