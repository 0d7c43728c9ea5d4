# Smoke tests: each example is started on a port of the system's choice, spoken to and stopped.
reactor_add_test(reactor_examples
    SOURCES
        examples/echo_server_test.cpp
        examples/foreign_library_test.cpp
        examples/http_test.cpp
        examples/kv_server_test.cpp
        examples/publisher_test.cpp
        examples/tcp_proxy_test.cpp
        examples/two_loops_test.cpp
        examples/udp_echo_test.cpp
        support/program.cpp
        support/wire_client.cpp
    LIBRARIES Threads::Threads
    LABELS examples)
target_compile_definitions(reactor_examples PRIVATE
    EXAMPLES_DIRECTORY="${PROJECT_BINARY_DIR}/bin/examples")
add_dependencies(reactor_examples
    example_echo_server
    example_foreign_library
    example_http_client
    example_http_server
    example_kv_server
    example_kv_server_planted_loss
    example_kv_server_planted_stall
    example_kv_server_test
    example_publisher
    example_tcp_proxy
    example_two_loops
    example_udp_echo)
