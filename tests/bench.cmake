# The tests of the load generator, of what it is compared with, and of the other benchmarks.
reactor_add_test(bench_measure_test
    SOURCES
        bench/measure/axis_test.cpp
        bench/measure/chart_test.cpp
        bench/measure/environment_test.cpp
        bench/measure/figures_test.cpp
        bench/measure/histogram_test.cpp
        bench/measure/html_test.cpp
        bench/measure/json_file_test.cpp
        bench/measure/nearest_test.cpp
        bench/measure/page_test.cpp
        bench/measure/probe_test.cpp
        bench/measure/statistics_test.cpp
        bench/measure/system_call_counter_test.cpp
        bench/measure/units_test.cpp
    LIBRARIES bench-measure)
reactor_add_test(chatload_test
    SOURCES
        bench/chatload/cast_test.cpp
        bench/chatload/compare_test.cpp
        bench/chatload/frozen_server_test.cpp
        bench/chatload/held_up_generator_test.cpp
        bench/chatload/interrupts_test.cpp
        bench/chatload/late_client_test.cpp
        bench/chatload/ledger_test.cpp
        bench/chatload/limit_search_test.cpp
        bench/chatload/line_format_test.cpp
        bench/chatload/options_test.cpp
        bench/chatload/order_marks_test.cpp
        bench/chatload/pacing_test.cpp
        bench/chatload/plan_text_test.cpp
        bench/chatload/progress_test.cpp
        bench/chatload/report_json_test.cpp
        bench/chatload/report_page_test.cpp
        bench/chatload/report_text_test.cpp
        bench/chatload/report_verdict_test.cpp
        bench/chatload/runner_test.cpp
        bench/chatload/sample_report.cpp
        bench/chatload/scenario_test.cpp
        bench/chatload/send_times_test.cpp
        bench/chatload/speaker_orders_test.cpp
        bench/chatload/test_server.cpp
        bench/chatload/threads_test.cpp
        bench/chatload/violation_test.cpp
        bench/chatload/witness_test.cpp
        bench/chatload/workload_test.cpp
    LIBRARIES chatload-core)
if(TARGET chatload_test)
    target_compile_definitions(chatload_test PRIVATE
        REPORT_FORMAT="${PROJECT_SOURCE_DIR}/bench/chatload/doc/report-format.md"
        SCENARIOS="${PROJECT_SOURCE_DIR}/bench/chatload/scenarios")
endif()
reactor_add_test(chatload_protocols_test
    SOURCES
        bench/chatload/protocols/chatd_test.cpp
        bench/chatload/protocols/conversation.cpp
        bench/chatload/protocols/irc_test.cpp
        bench/chatload/protocols/nats_test.cpp
        bench/chatload/protocols/protocols_test.cpp
        bench/chatload/protocols/redis_test.cpp
    LIBRARIES chatload-core)
reactor_add_test(contest_test
    SOURCES
        bench/contest/peers_test.cpp
    LIBRARIES contest-core chatload-core)
reactor_add_test(bench_browser_test
    SOURCES
        bench/chatload/browser_test.cpp
        bench/chatload/sample_report.cpp
        support/browser.cpp
        support/program.cpp
    LIBRARIES chatload-core)
if(TARGET bench_browser_test)
    target_compile_definitions(bench_browser_test PRIVATE
        PAGE_PROBE="${CMAKE_CURRENT_SOURCE_DIR}/support/page_probe.js")
endif()
add_dependencies(check chatload)
if(TARGET scripted-chatd)
    add_dependencies(check scripted-chatd)
    foreach(script IN ITEMS "say --members 20 --lines 5" "visit --members 3")
        separate_arguments(words UNIX_COMMAND "${script} --times 3")
        add_test(NAME "scripted_chatd.${script}" COMMAND scripted-chatd ${words})
    endforeach()
endif()
if(REACTOR_BUILD_CHATD)
    reactor_add_test(chatload_program_test
        SOURCES
            bench/chatload/main_test.cpp
            support/daemon_process.cpp
            support/program.cpp
            support/socket_pair.cpp
            support/wire_client.cpp
        LIBRARIES reactor::reactor Threads::Threads)
    if(TARGET chatload_program_test)
        target_compile_definitions(chatload_program_test PRIVATE
            CHATD_BINARY="$<TARGET_FILE:chatd>" CHATLOAD_BINARY="$<TARGET_FILE:chatload>")
        add_dependencies(chatload_program_test chatd chatload)
    endif()
endif()
if(TARGET reactor-bench)
    reactor_add_test(reactor_bench_test
        SOURCES
            bench/reactor-bench/benchmarks_test.cpp
            bench/reactor-bench/checks_test.cpp
            bench/reactor-bench/options_test.cpp
            bench/reactor-bench/results_test.cpp
            bench/reactor-bench/runner_test.cpp
        LIBRARIES reactor-bench-core)
    target_compile_definitions(reactor_bench_test PRIVATE
        REACTOR_BENCH_BINARY="$<TARGET_FILE:reactor-bench>")
    add_dependencies(reactor_bench_test reactor-bench)
    add_dependencies(check reactor-bench)
endif()
if(TARGET yardstick)
    reactor_add_test(yardstick_test
        SOURCES
            bench/yardstick/shared_log_test.cpp
            bench/yardstick/yardstick_test.cpp
            support/program.cpp
            support/wire_client.cpp
        LIBRARIES yardstick-core)
    if(TARGET yardstick_test)
        target_compile_definitions(yardstick_test PRIVATE
            SCENARIOS="${PROJECT_SOURCE_DIR}/bench/chatload/scenarios"
            YARDSTICK_BINARY="$<TARGET_FILE:yardstick>"
            CHATLOAD_BINARY="$<TARGET_FILE:chatload>")
        add_dependencies(yardstick_test yardstick chatload)
    endif()
    reactor_add_test(shootout_test
        SOURCES
            bench/contest/child_test.cpp
            bench/contest/options_test.cpp
            bench/contest/outcome_test.cpp
            bench/contest/results_test.cpp
            bench/contest/schedule_test.cpp
            bench/contest/shootout_test.cpp
            support/browser.cpp
            support/program.cpp
        LIBRARIES shootout-core)
    if(TARGET shootout_test)
        target_compile_definitions(shootout_test PRIVATE
            SHOOTOUT_BINARY="$<TARGET_FILE:shootout>"
            PAGE_PROBE="${CMAKE_CURRENT_SOURCE_DIR}/support/page_probe.js")
        add_dependencies(shootout_test shootout)
    endif()
    reactor_add_test(goals_test
        SOURCES
            bench/goal-table/goals_test.cpp
            bench/goal-table/measured_test.cpp
            bench/goal-table/options_test.cpp
            bench/goal-table/verdict_test.cpp
            support/program.cpp
        LIBRARIES goals-core)
    if(TARGET goals_test)
        target_compile_definitions(goals_test PRIVATE GOALS_BINARY="$<TARGET_FILE:goals>")
        add_dependencies(goals_test goals)
    else()
        set_target_properties(goals goals-core PROPERTIES EXCLUDE_FROM_ALL ON)
    endif()
    if(REACTOR_BUILD_CHATD)
        reactor_add_test(chatload_real_servers_test
            SOURCES
                bench/chatload/protocols/conversation.cpp
                bench/chatload/protocols/real_servers_test.cpp
                bench/chatload/test_server.cpp
                support/daemon_process.cpp
                support/wire_client.cpp
            LIBRARIES shootout-core)
    endif()
    if(NOT TARGET chatload_real_servers_test AND NOT TARGET shootout_test)
        set_target_properties(shootout shootout-core PROPERTIES EXCLUDE_FROM_ALL ON)
    endif()
    if(TARGET chatload_real_servers_test)
        target_compile_definitions(chatload_real_servers_test PRIVATE
            CHATD_BINARY="$<TARGET_FILE:chatd>")
        add_dependencies(chatload_real_servers_test chatd)
    endif()
endif()
