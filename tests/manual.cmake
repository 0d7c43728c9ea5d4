# The manual: what it shows compiles, what it names is there.
include(manual/snippets.cmake)

add_test(NAME reactor_manual
    COMMAND "${CMAKE_COMMAND}" -P "${CMAKE_CURRENT_SOURCE_DIR}/manual/check.cmake")

set(sources "")
foreach(page IN ITEMS concepts beyond_streams several_loops fan_out limits testing)
    set(source "${CMAKE_CURRENT_BINARY_DIR}/manual_${page}.cpp")
    reactor_extract_snippets("${PROJECT_SOURCE_DIR}/libreactor/doc/${page}.md" "${source}")
    list(APPEND sources "${source}")
endforeach()
# Never linked: to compile is all that is asked.
add_library(reactor_manual_snippets OBJECT ${sources})
target_include_directories(reactor_manual_snippets PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}")
set_target_properties(reactor_manual_snippets PROPERTIES CXX_EXTENSIONS OFF)
target_link_libraries(reactor_manual_snippets PRIVATE reactor::sim reactor_warnings)
