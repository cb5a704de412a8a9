# SPDX-License-Identifier: MIT
# Modules that play a part: mtks_actor(ID ROLE) makes tests/actors/ID/ID.so.
function(mtks_actor id role)
  add_library(test_actor_${id} MODULE ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/modules/actor.c)
  target_compile_definitions(test_actor_${id} PRIVATE ACTOR_ID="${id}" ACTOR_ROLE=${role})
  set_target_properties(test_actor_${id} PROPERTIES
    PREFIX "" SUFFIX ".so" OUTPUT_NAME ${id} C_VISIBILITY_PRESET hidden
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/actors/${id})
  target_link_libraries(test_actor_${id} PRIVATE mtkscan_sdk mtkscan_compile)
  add_dependencies(test_api_scan test_actor_${id})
endfunction()
mtks_actor(actor CLAIMS)
mtks_actor(double CLAIMS)
mtks_actor(boor BAD_CLAIM)
mtks_actor(liar BAD_PARTS)
add_dependencies(test_api_scan mt6260 mt6261 mt2502)
