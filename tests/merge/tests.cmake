# SPDX-License-Identifier: MIT
# The program behind corpus/merge.
add_executable(test_merge_reads ${CMAKE_CURRENT_LIST_DIR}/merge_reads.c)
target_link_libraries(test_merge_reads PRIVATE mtkscan_core mtkscan_compile)
set_target_properties(test_merge_reads PROPERTIES
  OUTPUT_NAME merge_reads RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
