# SPDX-License-Identifier: MIT
# Modules of the frozen 1.0 and 1.1 headers and of an imagined 1.99, and the public headers in every language mode.
foreach(version v1_0 v1_1 v1_99)
  add_library(abi_probe_${version} MODULE ${CMAKE_CURRENT_LIST_DIR}/probe.c)
  target_include_directories(abi_probe_${version} PRIVATE ${CMAKE_CURRENT_LIST_DIR}/${version})
  target_link_libraries(abi_probe_${version} PRIVATE mtkscan_compile)
  set_target_properties(abi_probe_${version} PROPERTIES PREFIX "" OUTPUT_NAME probe
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/abi/${version})
  add_dependencies(test_abi_layout abi_probe_${version})
endforeach()
target_include_directories(test_abi_layout PRIVATE ${CMAKE_CURRENT_LIST_DIR})

add_test(NAME abi/headers COMMAND ${CMAKE_CURRENT_LIST_DIR}/check_headers.sh
  ${CMAKE_SOURCE_DIR}/sdk/include)
