# SPDX-License-Identifier: MIT
# Modules that play a part, each alone in tests/cli/ID; and what the program needs to run.
function(mtks_cli_module id role)
  add_library(test_cli_${id} MODULE ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/modules/role.c)
  target_compile_definitions(test_cli_${id} PRIVATE ROLE_ID="${id}" ROLE=${role})
  set_target_properties(test_cli_${id} PROPERTIES
    PREFIX "" SUFFIX ".so" OUTPUT_NAME ${id} C_VISIBILITY_PRESET hidden
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/cli/${id})
  target_link_libraries(test_cli_${id} PRIVATE mtkscan_sdk mtkscan_compile)
endfunction()
mtks_cli_module(twin1 CLAIMS)
mtks_cli_module(twin2 CLAIMS)
mtks_cli_module(boor MISBEHAVES)
foreach(what build commands compare extract files merge options repair scan schema terminal unpack)
  add_dependencies(test_cli_${what}
    mtkscan mt6260 mt6261 mt2502 test_cli_twin1 test_cli_twin2 test_cli_boor)
endforeach()
