# Run by CPack before it packs: manual pages and change logs are compressed as Debian's policy has it.

find_program(GZIP gzip REQUIRED)
file(GLOB_RECURSE texts
    "${CPACK_TEMPORARY_DIRECTORY}/*/usr/share/man/man*/*.[1-8]"
    "${CPACK_TEMPORARY_DIRECTORY}/*/usr/share/doc/*/changelog"
    "${CPACK_TEMPORARY_DIRECTORY}/*/usr/share/doc/*/changelog.Debian")
foreach(text IN LISTS texts)
    execute_process(COMMAND "${GZIP}" -9n "${text}" COMMAND_ERROR_IS_FATAL ANY)
endforeach()
