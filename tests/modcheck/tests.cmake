# SPDX-License-Identifier: MIT
# Modules to check, all from one source: mtks_odd(NAME TWIST [link option...]) makes
# tests/modcheck/NAME.so. Without sanitizers and coverage, whose own state is not what is looked for.
function(mtks_odd name twist)
  add_library(test_modcheck_${name} MODULE ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/odd.c)
  set_target_properties(test_modcheck_${name} PROPERTIES
    PREFIX "" SUFFIX ".so" OUTPUT_NAME ${name} C_VISIBILITY_PRESET hidden
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/modcheck)
  target_compile_definitions(test_modcheck_${name} PRIVATE _GNU_SOURCE ${twist})
  target_link_libraries(test_modcheck_${name} PRIVATE test_modcheck_sdk)
  target_link_options(test_modcheck_${name} PRIVATE -Wl,--exclude-libs,ALL ${ARGN})
  add_dependencies(test_modcheck_modules test_modcheck_${name})
endfunction()

# The SDK as an author has it.
file(GLOB sdk_lib_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/sdk/lib/*.c)
list(FILTER sdk_lib_sources EXCLUDE REGEX "/(fixture|selfcheck)[^/]*\\.c$")
add_library(test_modcheck_sdk STATIC ${sdk_lib_sources})
target_compile_definitions(test_modcheck_sdk PRIVATE _GNU_SOURCE)
target_include_directories(test_modcheck_sdk PUBLIC ${CMAKE_SOURCE_DIR}/sdk/include)

foreach(twist NONE EXPORTS_MORE COUNTS ASKS_CLOCK CONSTRUCTS LACKS_SYMBOL NO_FLASH UNSORTED FAR_PART
    NO_PARTS HUNGRY SLOW ENDLESS COMMON_ONLY PLAIN_METADATA NO_ENTRY ENTRY_IS_CODE LONG_CHIP BOASTS CLOCK_IN_LAYOUT
    DECODES DECODES_ODDLY DECODES_FAR DECODES_WILDLY)
  string(TOLOWER ${twist} name)
  mtks_odd(${name} ${twist})
endforeach()
mtks_odd(stripped NONE -s)
mtks_odd(stripped_counts COUNTS -s)

# A new module, as new-plugin.sh writes it.
set(fresh ${CMAKE_BINARY_DIR}/tests/modcheck/fresh)
add_custom_command(OUTPUT ${fresh}/mt6250.c
  COMMAND ${CMAKE_COMMAND} -E rm -rf ${fresh}
  COMMAND ${CMAKE_SOURCE_DIR}/sdk/new-plugin.sh mt6250 MT6250 ${fresh}
  DEPENDS ${CMAKE_SOURCE_DIR}/sdk/new-plugin.sh ${CMAKE_SOURCE_DIR}/sdk/template/@ID@.c
  VERBATIM)
add_library(test_modcheck_fresh MODULE ${fresh}/mt6250.c)
set_target_properties(test_modcheck_fresh PROPERTIES
  PREFIX "" SUFFIX ".so" OUTPUT_NAME fresh C_VISIBILITY_PRESET hidden
  LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/modcheck)
target_link_libraries(test_modcheck_fresh PRIVATE test_modcheck_sdk)
target_link_options(test_modcheck_fresh PRIVATE -Wl,--exclude-libs,ALL)

add_dependencies(test_modcheck_modules
  mtkscan mt6260 mt6261 mt2502 test_modcheck_fresh test_isolation_hostile)
add_dependencies(test_modcheck_bytes mt6261 test_modcheck_none)
