# Makes a manual page of what a program says of itself, so that the page stays true.
#   -DPROGRAM=<file> -DNAME=<name> -DSUMMARY=<what it is> -DOUT=<page> [-DSUBCOMMANDS=<word>,...]

get_filename_component(directory "${OUT}" DIRECTORY)
file(MAKE_DIRECTORY "${directory}")

# Text as it stands, for roff: nothing in it is a request or an escape.
function(append_help heading)
    execute_process(COMMAND "${PROGRAM}" ${ARGN} --help OUTPUT_VARIABLE text COMMAND_ERROR_IS_FATAL ANY)
    string(REPLACE "\\" "\\e" text "${text}")
    string(REPLACE "-" "\\-" text "${text}")
    string(REPLACE "'" "\\(aq" text "${text}")
    string(REPLACE "\n." "\n\\&." text "\n${text}")
    set(page "${page}.SH ${heading}\n.nf${text}.fi\n" PARENT_SCOPE)
endfunction()

string(TOUPPER "${NAME}" title)
string(REPLACE "-" "\\-" name "${NAME}")
set(page ".TH \"${title}\" 1\n.nh\n.SH NAME\n${name} \\- ${SUMMARY}\n")
append_help(DESCRIPTION)
string(REPLACE "," ";" SUBCOMMANDS "${SUBCOMMANDS}")
foreach(word IN LISTS SUBCOMMANDS)
    string(TOUPPER "${word}" heading)
    append_help("${heading}" "${word}")
endforeach()
string(APPEND page ".SH SEE ALSO\n.BR chatd (8),\n.BR chatload (1),\n.BR reactor\\-bench (1)\n")
file(WRITE "${OUT}" "${page}")
