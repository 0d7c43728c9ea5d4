# Tests of the daemon: its parts, the binary from outside, and the transcripts.
add_dependencies(check chatd)

reactor_add_test(chatd_test
    SOURCES
        chatd/address_episodes_test.cpp
        chatd/admission_test.cpp
        chatd/bans/ban_list_test.cpp
        chatd/bans/ban_target_test.cpp
        chatd/bans/server_bans_test.cpp
        chatd/bans/state_lock_test.cpp
        chatd/byte_batch_test.cpp
        chatd/chat_room_test.cpp
        chatd/config/config_file_test.cpp
        chatd/config/config_text_test.cpp
        chatd/config/configuration_test.cpp
        chatd/config/nearest_test.cpp
        chatd/counters_test.cpp
        chatd/keyed_hash_test.cpp
        chatd/limits_doc_test.cpp
        chatd/limits_test.cpp
        chatd/line_filter_test.cpp
        chatd/listeners_test.cpp
        chatd/log_events_test.cpp
        chatd/log_journal_test.cpp
        chatd/log_sink_test.cpp
        chatd/log_test.cpp
        chatd/look_alikes_test.cpp
        chatd/name_set_test.cpp
        chatd/network_test.cpp
        chatd/options_test.cpp
        chatd/proxy/proxy_header_test.cpp
        chatd/proxy/server_proxies_test.cpp
        chatd/served_loop.cpp
        chatd/session_state_test.cpp
        chatd/short_name_test.cpp
        chatd/text_test.cpp
        chatd/token_bucket_test.cpp
        chatd/upgrade/candidate_test.cpp
        chatd/upgrade/state_format_test.cpp
        support/loop_fixture.cpp
        support/record_transport.cpp
        support/scripted_peer.cpp
        support/socket_pair.cpp
    LIBRARIES chatd-core)
target_compile_definitions(chatd_test PRIVATE CHATD_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
target_compile_definitions(chatd_test PRIVATE CHATD_SOURCES="${PROJECT_SOURCE_DIR}/chatd")

# What is shipped about the options.
reactor_add_test(chatd_manual_test
    SOURCES chatd/manual/option_pages_test.cpp
    LIBRARIES chatd-pages)
target_compile_definitions(chatd_manual_test PRIVATE
    CHATD_SAMPLE="${PROJECT_SOURCE_DIR}/chatd/dist/chatd.conf")

find_program(REACTOR_GROFF groff)
mark_as_advanced(REACTOR_GROFF)
if(REACTOR_GROFF)
    set(pages "${PROJECT_BINARY_DIR}/chatd/manual")
    add_test(NAME chatd_manual.pages_typeset
        COMMAND "${CMAKE_COMMAND}" "-DGROFF=${REACTOR_GROFF}"
            "-DPAGES=${pages}/chatd.8,${pages}/chatd.conf.5"
            -P "${CMAKE_CURRENT_SOURCE_DIR}/chatd/manual/typeset.cmake")
    add_dependencies(check chatd-pages-made)
endif()

# The same parts over the simulated system, which counts calls.
reactor_add_test(chatd_calls_test
    SOURCES
        chatd/limits_boundary_test.cpp
        chatd/system_calls_test.cpp
        chatd/upgrade/unwatched_candidate_test.cpp
        chatd/vanished_peer_test.cpp
        $<TARGET_OBJECTS:chatd-core>
    LIBRARIES reactor::sim fmt::fmt chatd_systemd)
target_include_directories(chatd_calls_test PRIVATE "${PROJECT_SOURCE_DIR}")

# The same parts, whose memory is counted: operator new is replaced.
reactor_add_test(chatd_memory_test
    SOURCES
        chatd/crowd.cpp
        chatd/session_memory_test.cpp
        chatd/stalled_memory_test.cpp
        support/counted_heap.cpp
        support/reading_process.cpp
        support/socket_pair.cpp
    LIBRARIES chatd-core)

# What a monitoring system sees, in the library and from outside.
reactor_add_test(chatd_metrics_test
    SOURCES
        chatd/metrics/dashboard_test.cpp
        chatd/metrics/exposition_test.cpp
        chatd/metrics/fail2ban_test.cpp
        chatd/metrics/health_test.cpp
        chatd/metrics/http_request_test.cpp
        chatd/metrics/http_service_test.cpp
        chatd/metrics/process_facts_test.cpp
        chatd/metrics/wire_metrics_test.cpp
        support/daemon_process.cpp
        support/loop_fixture.cpp
        support/metrics_text.cpp
        support/program.cpp
        support/scripted_peer.cpp
        support/socket_pair.cpp
        support/record_transport.cpp
        support/wire_client.cpp
    LIBRARIES chatd-core Threads::Threads)
find_program(FAIL2BAN_REGEX fail2ban-regex)
mark_as_advanced(FAIL2BAN_REGEX)
target_compile_definitions(chatd_metrics_test PRIVATE
    CHATD_BINARY="$<TARGET_FILE:chatd>"
    CHATD_DIST="${PROJECT_SOURCE_DIR}/chatd/dist"
    FAIL2BAN_REGEX="$<$<BOOL:${FAIL2BAN_REGEX}>:${FAIL2BAN_REGEX}>")
add_dependencies(chatd_metrics_test chatd)

# The binary, over real sockets.
reactor_add_test(chatd_wire_test
    SOURCES
        chatd/config/wire_check_config_test.cpp
        chatd/config/wire_reload_test.cpp
        chatd/service/activation_test.cpp
        chatd/service/named_sockets_test.cpp
        chatd/service/notices_test.cpp
        chatd/wire_departures_test.cpp
        chatd/wire_differences_test.cpp
        chatd/wire_limits_test.cpp
        chatd/wire_listen_test.cpp
        chatd/wire_newcomer_test.cpp
        chatd/wire_proxy_test.cpp
        chatd/wire_resources_test.cpp
        chatd/wire_slow_reader_test.cpp
        chatd/wire_state_test.cpp
        chatd/wire_stop_test.cpp
        chatd/wire_test.cpp
        support/daemon_process.cpp
        support/wire_client.cpp
    LIBRARIES Threads::Threads)
target_compile_definitions(chatd_wire_test PRIVATE
    CHATD_BINARY="$<TARGET_FILE:chatd>"
    CHATD_HANGING_BINARY="$<TARGET_FILE:chatd_hanging>"
    CHATD_WITH_SYSTEMD=$<BOOL:${CHATD_WITH_SYSTEMD}>)
add_dependencies(chatd_wire_test chatd chatd_hanging)

# The same, over changes of the process.
if(REACTOR_BUILD_BENCH)
    set(chatd_load_test chatd/upgrade/load_test.cpp support/program.cpp)
endif()
reactor_add_test(chatd_upgrade_test
    SOURCES
        chatd/upgrade/descriptor_store_test.cpp
        chatd/upgrade/fake_store.cpp
        chatd/upgrade/in_place_test.cpp
        ${chatd_load_test}
        chatd/upgrade/stages.cpp
        chatd/upgrade/store_test.cpp
        support/daemon_process.cpp
        support/wire_client.cpp
    LIBRARIES chatd-core Threads::Threads)
target_compile_definitions(chatd_upgrade_test PRIVATE
    CHATD_BINARY="$<TARGET_FILE:chatd>"
    $<$<BOOL:${REACTOR_BUILD_BENCH}>:CHATLOAD_BINARY="$<TARGET_FILE:chatload>">
    CHATD_WITH_SYSTEMD=$<BOOL:${CHATD_WITH_SYSTEMD}>)
add_dependencies(chatd_upgrade_test chatd)
if(REACTOR_BUILD_BENCH)
    add_dependencies(chatd_upgrade_test chatload)
endif()

# The daemon with a hook that no build of the daemon itself has: SIGUSR1 hangs its loop.
add_executable(chatd_hanging chatd/hanging_daemon.cpp)
target_link_libraries(chatd_hanging PRIVATE chatd-core reactor_warnings)

# The control socket: its parts, and the binary from outside.
reactor_add_test(chatd_control_test
    SOURCES
        chatd/control/answer_test.cpp
        chatd/control/commands_test.cpp
        chatd/control/control_abuse_test.cpp
        chatd/control/control_session_test.cpp
        chatd/control/control_socket_test.cpp
        chatd/control/control_wire_test.cpp
        chatd/control/gradual_drain_test.cpp
        chatd/control/log_level_test.cpp
        chatd/control/words_test.cpp
        support/daemon_process.cpp
        support/socket_pair.cpp
        support/wire_client.cpp
    LIBRARIES chatd-core Threads::Threads)
target_compile_definitions(chatd_control_test PRIVATE CHATD_BINARY="$<TARGET_FILE:chatd>")
add_dependencies(chatd_control_test chatd)

# chatctl: its parts, and the program beside the daemon's.
reactor_add_test(chatctl_test
    SOURCES
        chatd/ctl/main_test.cpp
        chatd/ctl/options_test.cpp
        chatd/ctl/reply_test.cpp
        chatd/ctl/show_test.cpp
        support/daemon_process.cpp
        support/program.cpp
        support/socket_pair.cpp
        support/wire_client.cpp
    LIBRARIES chatctl-core nlohmann_json::nlohmann_json Threads::Threads)
target_compile_definitions(chatctl_test PRIVATE
    CHATD_BINARY="$<TARGET_FILE:chatd>" CHATCTL_BINARY="$<TARGET_FILE:chatctl>"
    COMPLETION="${PROJECT_SOURCE_DIR}/chatd/dist/completions/chatctl.bash")
add_dependencies(chatctl_test chatd chatctl)

find_program(REACTOR_ZSH zsh)
mark_as_advanced(REACTOR_ZSH)
if(REACTOR_ZSH)
    add_test(NAME chatctl.zsh_completion_parses
        COMMAND "${REACTOR_ZSH}" -n "${PROJECT_SOURCE_DIR}/chatd/dist/completions/_chatctl")
endif()

add_executable(transcript_player
    chatd/transcript.cpp
    chatd/transcript_player.cpp
    support/daemon_process.cpp
    support/wire_client.cpp)
target_compile_features(transcript_player PRIVATE cxx_std_20)
target_include_directories(transcript_player PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}")
target_link_libraries(transcript_player PRIVATE Threads::Threads reactor_warnings reactor_sanitizers)
add_dependencies(check transcript_player)

set(chatd_transcripts
    before_login
    beyond_ascii
    carriage_returns
    differences_carriage_return
    differences_cut_character
    differences_invalid_utf8
    differences_logout_twice
    differences_name_length
    differences_removed_from_names
    differences_removed_from_text
    differences_telnet
    differences_web_browser
    golden
    greeting
    half_close
    half_close_at_once
    lines_in_pieces
    login_announced
    login_names
    login_refused
    login_twice
    logout
    logout_before_login
    logout_pipelined
    look
    names_reused
    pipelining
    reset
    say
    say_without_blank
    unknown_commands
    white_space
)
# The same scenarios over both pollers, and over storage that delivers and decides late.
add_executable(chatd_slow_daemon chatd/slow_daemon.cpp support/slow_storage.cpp)
target_include_directories(chatd_slow_daemon PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}")
target_link_libraries(chatd_slow_daemon PRIVATE chatd-core reactor_warnings)
add_dependencies(check chatd_slow_daemon)

function(chatd_transcript_test prefix daemon name mode poller)
    set(test "${prefix}.${name}.${mode}")
    add_test(NAME "${test}"
        COMMAND transcript_player "$<TARGET_FILE:${daemon}>"
            "${CMAKE_CURRENT_SOURCE_DIR}/chatd/transcripts/${name}.txt" ${mode})
    set_tests_properties("${test}" PROPERTIES
        ENVIRONMENT "REACTOR_AUDIT=1;REACTOR_AUDIT_SLOW_MS=0;REACTOR_POLLER=${poller}")
endfunction()

foreach(name IN LISTS chatd_transcripts)
    foreach(mode IN ITEMS whole bytes segment)
        chatd_transcript_test(transcript chatd ${name} ${mode} epoll)
        chatd_transcript_test(transcript_poll chatd ${name} ${mode} poll)
        chatd_transcript_test(transcript_slow chatd_slow_daemon ${name} ${mode} epoll)
    endforeach()
endforeach()
