#pragma once

/// Declarations of libreactor's types, for headers that only name them.
namespace reactor {

class async_chat;
class broadcast;
class broadcast_handle;
class broadcast_mirror;
class channel_ref;
class child_watch;
class datagram_batch;
class descriptor_watch;
class dispatcher;
class dispatcher_with_send;
class endpoint;
class file_dispatcher;
class flight_recorder;
class lookup;
class loop;
class loop_handle;
class producer;
class shared_text;
class simple_producer;
class subscription;
class timer;
class transport;
class unique_fd;
class work_guard;
struct counters;
struct datagram;
struct host_port;
struct inherited_descriptor;
struct io_result;
struct iteration_record;
struct loop_options;
struct output_limits;

namespace detail {
struct slot;
class loop_core;
class transport_layer;
} // namespace detail

} // namespace reactor
