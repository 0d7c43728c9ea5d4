# The target `docs`: pages of the public headers in build/<preset>/doc/html.  An undocumented public
# name is an error there.

find_program(REACTOR_DOXYGEN doxygen)
mark_as_advanced(REACTOR_DOXYGEN)
if(NOT REACTOR_DOXYGEN)
    return()
endif()

configure_file(doc/Doxyfile.in "${PROJECT_BINARY_DIR}/doc/Doxyfile" @ONLY)
add_custom_target(docs
    COMMAND "${REACTOR_DOXYGEN}" "${PROJECT_BINARY_DIR}/doc/Doxyfile"
    WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}"
    VERBATIM)
