# SPDX-License-Identifier: MIT
# Bad modules, all from one source: mtks_hostile(NAME DEFINITION...) makes tests/hostile/NAME.so. They
# are built without sanitizers and optimisation, which would catch or remove what they do.
function(mtks_hostile name)
  set(source ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/hostile.c)
  add_library(test_hostile_${name} MODULE ${source})
  set_target_properties(test_hostile_${name} PROPERTIES
    PREFIX "" SUFFIX ".so" OUTPUT_NAME ${name}
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/hostile)
  target_include_directories(test_hostile_${name} PRIVATE ${CMAKE_SOURCE_DIR}/sdk/include)
  target_compile_definitions(test_hostile_${name} PRIVATE
    _GNU_SOURCE HOSTILE_MARK="${CMAKE_BINARY_DIR}/tests/hostile/mark" ${ARGN})
  target_compile_options(test_hostile_${name} PRIVATE -O0 -w)
  target_link_libraries(test_hostile_${name} PRIVATE Threads::Threads)
  add_dependencies(test_isolation_hostile test_hostile_${name})
endfunction()

# In claim().
foreach(what
    null_write call_abort endless_loop sleeps waits allocation_bomb deep_stack breaks_heap forks
    exits_0 exits_by_exit writes_file reads_passwd executes connects kills_parent starts_thread
    installs_handler maps_code giant_string no_nul bad_utf8 floods logs_flood floods_pipe giant_score
    negative_score wrong_phase overflowing_place zero_record null_record fails closes_pipes
    scribbles_pipes forges_frame writes_stdout)
  mtks_hostile(${what} BEHAVIOUR=${what})
endforeach()

# When it is loaded.
foreach(what writes_file call_abort endless_loop forks exits_0)
  mtks_hostile(load_${what} AT_LOAD BEHAVIOUR=${what} ENTRY_CLAIM=patient)
endforeach()

# In its metadata.
mtks_hostile(wrong_major BEHAVIOUR=patient ENTRY_ABI=0x20000u)
mtks_hostile(size_0 BEHAVIOUR=patient ENTRY_SIZE=0)
mtks_hostile(size_huge BEHAVIOUR=patient ENTRY_SIZE=0x7FFFFFFF)
mtks_hostile(null_callback BEHAVIOUR=patient ENTRY_CLAIM=0)
mtks_hostile(duplicate_id BEHAVIOUR=null_write ENTRY_ID="mt2502")

# Behind a claim that wins.
mtks_hostile(far_parts BEHAVIOUR=wins ENTRY_LAYOUT=far_parts)
mtks_hostile(overlapping_parts BEHAVIOUR=wins ENTRY_LAYOUT=overlapping_parts)
mtks_hostile(layout_crash BEHAVIOUR=wins ENTRY_LAYOUT=null_write)
mtks_hostile(flash_ids_exit BEHAVIOUR=wins ENTRY_LAYOUT=overlapping_parts ENTRY_FLASH_IDS=exits_0)

add_dependencies(test_isolation_hostile mtkscan mt6260 mt6261 mt2502)
add_dependencies(test_isolation_runner test_isolation_hostile)

# Modules with codecs: tests/decoders/NAME/module.so.
foreach(what
    good backwards half nothing needs_more last_byte crash hang leaves endless outside far_outside
    overlap huge null_piece short_piece crumbs evidence fails odd_code vandal forges_output
    forges_reason forges_end forges_length forges_flood)
  add_library(test_decoder_${what} MODULE ${CMAKE_CURRENT_LIST_DIR}/decoders.c)
  set_target_properties(test_decoder_${what} PROPERTIES
    PREFIX "" SUFFIX ".so" OUTPUT_NAME module
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/decoders/${what})
  target_include_directories(test_decoder_${what} PRIVATE ${CMAKE_SOURCE_DIR}/sdk/include)
  target_compile_definitions(test_decoder_${what} PRIVATE _GNU_SOURCE BEHAVIOUR=${what})
  target_compile_options(test_decoder_${what} PRIVATE -O0 -w)
  add_dependencies(test_isolation_decode test_decoder_${what})
endforeach()
