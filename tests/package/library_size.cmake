# The size of a shared library without its symbol table.
#
#   cmake -DSTRIP=<strip> -DLIBRARY=<file> -DOUT=<dir> -DMOST_KIB=<n> -P library_size.cmake

cmake_minimum_required(VERSION 3.25)

file(MAKE_DIRECTORY "${OUT}")
execute_process(COMMAND "${STRIP}" -o "${OUT}/stripped.so" "${LIBRARY}" COMMAND_ERROR_IS_FATAL ANY)
file(SIZE "${OUT}/stripped.so" bytes)
math(EXPR kib "(${bytes} + 1023) / 1024")
message(STATUS "${LIBRARY}: ${bytes} bytes stripped, ${kib} KiB")
if(kib GREATER MOST_KIB)
    message(FATAL_ERROR "More than ${MOST_KIB} KiB")
endif()
