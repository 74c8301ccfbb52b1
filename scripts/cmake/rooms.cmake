# A room is a folder: its *.cc make one library, its *_test.cc one test program,
# its testing/*.cc (fakes) a library of their own.
#
#   suyuan_room(NAME [DEPS target...] [TEST_DEPS target...] [SUBDIRS dir...])
#
# gives suyuan_NAME, suyuan_NAME_test (when there are tests) and
# suyuan_NAME_testing (when there is a testing/ folder). Sources are globbed, so
# a new file needs no line here.

add_library(suyuan_options INTERFACE)
target_include_directories(suyuan_options INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:include/suyuan>)
target_compile_features(suyuan_options INTERFACE cxx_std_20)

set(SUYUAN_WARNINGS -Wall -Wextra -Werror -Wno-unused-parameter -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  list(APPEND SUYUAN_WARNINGS -Wthread-safety)
else()
  # g++ 12 reports these falsely on optimised library code.
  list(APPEND SUYUAN_WARNINGS -Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overflow
       -Wno-array-bounds -Wno-stringop-overread -Wno-dangling-pointer)
endif()

# What a sanitizer build needs: tests get its options by environment (the processes they
# start inherit it), and under TSan every program gets annotated locks.
set(SUYUAN_SANITIZER_ENV)
set(SUYUAN_SANITIZER_OBJECTS)
if(SUYUAN_SANITIZE)
  set(SUYUAN_SANITIZER_ENV
    "ASAN_OPTIONS=detect_stack_use_after_return=1"
    "UBSAN_OPTIONS=print_stacktrace=1"
    # An uninstrumented library's own memory is not judged; its locks are still seen, and gRPC's
    # hand-overs are told (tests/sanitizers).
    "TSAN_OPTIONS=ignore_noninstrumented_modules=1:halt_on_error=1:second_deadlock_stack=1:suppressions=${PROJECT_SOURCE_DIR}/tests/sanitizers/tsan.supp")
  if(SUYUAN_SANITIZE MATCHES "thread")
    add_library(suyuan_sanitizer OBJECT ${PROJECT_SOURCE_DIR}/tests/sanitizers/absl_mutex_tsan.cc
      ${PROJECT_SOURCE_DIR}/tests/sanitizers/grpc_tsan.cc)
    target_link_libraries(suyuan_sanitizer PRIVATE suyuan_options absl::synchronization gRPC::grpc++)
    target_compile_options(suyuan_sanitizer PRIVATE ${SUYUAN_WARNINGS} -fno-sanitize=all)
    set(SUYUAN_SANITIZER_OBJECTS $<TARGET_OBJECTS:suyuan_sanitizer>)
  endif()
endif()

# Catch2's main, compiled once.
file(WRITE ${CMAKE_BINARY_DIR}/generated/catch_main.cc
  "#define CATCH_CONFIG_MAIN\n#include <catch2/catch.hpp>\n")
add_library(suyuan_catch_main STATIC EXCLUDE_FROM_ALL ${CMAKE_BINARY_DIR}/generated/catch_main.cc)
target_link_libraries(suyuan_catch_main PUBLIC Catch2::Catch2)

function(suyuan_room NAME)
  cmake_parse_arguments(ROOM "" "" "DEPS;TEST_DEPS;SUBDIRS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cc)
  file(GLOB tests CONFIGURE_DEPENDS *_test.cc)
  foreach(subdir ${ROOM_SUBDIRS})
    file(GLOB more CONFIGURE_DEPENDS ${subdir}/*.cc)
    list(APPEND sources ${more})
    file(GLOB more CONFIGURE_DEPENDS ${subdir}/*_test.cc)
    list(APPEND tests ${more})
  endforeach()
  file(GLOB testing CONFIGURE_DEPENDS testing/*.cc)
  file(GLOB testing_headers CONFIGURE_DEPENDS testing/*.h)
  list(REMOVE_ITEM sources ${tests} "")
  list(FILTER sources EXCLUDE REGEX "/(main|module_main)\\.cc$")

  if(sources)
    add_library(suyuan_${NAME} STATIC ${sources})
    target_compile_options(suyuan_${NAME} PRIVATE ${SUYUAN_WARNINGS})
    target_link_libraries(suyuan_${NAME} PUBLIC suyuan_options ${ROOM_DEPS})
  else()
    add_library(suyuan_${NAME} INTERFACE)
    target_link_libraries(suyuan_${NAME} INTERFACE suyuan_options ${ROOM_DEPS})
  endif()

  if(testing)
    add_library(suyuan_${NAME}_testing STATIC EXCLUDE_FROM_ALL ${testing})
    target_compile_options(suyuan_${NAME}_testing PRIVATE ${SUYUAN_WARNINGS})
    target_link_libraries(suyuan_${NAME}_testing PUBLIC suyuan_${NAME})
  elseif(testing_headers)
    add_library(suyuan_${NAME}_testing INTERFACE)
    target_link_libraries(suyuan_${NAME}_testing INTERFACE suyuan_${NAME})
  endif()

  if(tests)
    set(test_deps suyuan_${NAME} ${ROOM_TEST_DEPS})
    if(TARGET suyuan_${NAME}_testing)
      list(APPEND test_deps suyuan_${NAME}_testing)
    endif()
    suyuan_test(${NAME}_test SOURCES ${tests} DEPS ${test_deps})
  endif()
endfunction()

# A Catch2 program run by ctest as one test.
#   suyuan_test(NAME SOURCES file... DEPS target... [TIMEOUT seconds])
function(suyuan_test NAME)
  cmake_parse_arguments(T "" "TIMEOUT" "SOURCES;DEPS;LABELS" ${ARGN})
  if(NOT T_TIMEOUT)
    set(T_TIMEOUT 300)
  endif()
  add_executable(suyuan_${NAME} ${T_SOURCES} ${SUYUAN_SANITIZER_OBJECTS})
  target_compile_options(suyuan_${NAME} PRIVATE ${SUYUAN_WARNINGS})
  target_link_libraries(suyuan_${NAME} PRIVATE ${T_DEPS} suyuan_catch_main)
  set_target_properties(suyuan_${NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_test(NAME ${NAME} COMMAND suyuan_${NAME} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(${NAME} PROPERTIES TIMEOUT ${T_TIMEOUT} LABELS "${T_LABELS}"
    ENVIRONMENT "SUYUAN_BUILD_DIR=${CMAKE_BINARY_DIR};SUYUAN_SHARED_DATA=${PROJECT_SOURCE_DIR}/../shared/data;${SUYUAN_SANITIZER_ENV}")
endfunction()

# A program in bin/, from a main.cc that reads like a parts list.
function(suyuan_program NAME)
  cmake_parse_arguments(P "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${NAME} ${P_SOURCES} ${SUYUAN_SANITIZER_OBJECTS})
  target_compile_options(${NAME} PRIVATE ${SUYUAN_WARNINGS})
  target_link_libraries(${NAME} PRIVATE ${P_DEPS})
  install(TARGETS ${NAME} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endfunction()
