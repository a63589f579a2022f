# qodly_library(NAME [USES folder...] [DEPENDS target...] [LENT folder file... ...]): the static library of src/NAME.
# Its headers are reachable only through build/include/NAME, so a folder that is not listed in USES cannot be included.
# LENT: a folder that only these files of NAME see, so that nothing else comes to depend on it.

find_program(QODLY_MOLD mold)
if(QODLY_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_library(qodly_options INTERFACE)
target_compile_options(qodly_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual -Wconversion
  -Wno-sign-conversion -Werror
  -fno-omit-frame-pointer
  $<$<CONFIG:Release>:-O2;-g1>
  $<$<CONFIG:Debug>:-O1;-g>)
# CRoaring, LMDB and friends are C: old-style casts inside their headers are silenced by including them as system headers.
if(QODLY_SANITIZE)
  target_compile_options(qodly_options INTERFACE -fsanitize=${QODLY_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(qodly_options INTERFACE -fsanitize=${QODLY_SANITIZE})
  target_compile_definitions(qodly_options INTERFACE QODLY_SANITIZED=1)
endif()

# What nearly every source includes, directly or through our own headers, is compiled once for all of them; roaring.hh is
# among them for the intrinsics it brings: they are two megabytes of text.
file(WRITE ${CMAKE_BINARY_DIR}/precompiled.cpp "")
add_library(qodly_precompiled STATIC ${CMAKE_BINARY_DIR}/precompiled.cpp)
target_link_libraries(qodly_precompiled PRIVATE qodly_options fmt::fmt spdlog::spdlog qodly_roaring)
set(QODLY_PRECOMPILED
  <algorithm> <array> <atomic> <charconv> <chrono> <cmath> <condition_variable> <cstdint> <cstring> <deque> <expected>
  <filesystem> <fstream> <functional> <limits> <map> <memory> <mutex> <optional> <ranges> <set> <shared_mutex> <span>
  <sstream> <string> <string_view> <thread> <unordered_map> <unordered_set> <utility> <variant> <vector>
  <fmt/format.h> <roaring/roaring.hh>)
target_precompile_headers(qodly_precompiled PRIVATE ${QODLY_PRECOMPILED})

function(qodly_library name)
  cmake_parse_arguments(ARG "" "" "USES;DEPENDS;LENT" ${ARGN})
  set(root ${CMAKE_BINARY_DIR}/include/${name})
  file(MAKE_DIRECTORY ${root})
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/src/${name} ${root}/${name} SYMBOLIC)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  if(NOT sources)
    file(WRITE ${CMAKE_BINARY_DIR}/empty_${name}.cpp "")
    set(sources ${CMAKE_BINARY_DIR}/empty_${name}.cpp)
  endif()
  add_library(qodly_${name} STATIC ${sources})
  target_include_directories(qodly_${name} PUBLIC ${root})
  target_link_libraries(qodly_${name} PUBLIC qodly_options ${ARG_DEPENDS})
  foreach(used IN LISTS ARG_USES)
    target_link_libraries(qodly_${name} PUBLIC qodly_${used})
  endforeach()
  foreach(word IN LISTS ARG_LENT)
    if(word MATCHES "\\.cpp$")
      set_property(SOURCE ${CMAKE_SOURCE_DIR}/src/${name}/${word} APPEND PROPERTY
        INCLUDE_DIRECTORIES ${CMAKE_BINARY_DIR}/include/${lent})
    else()
      set(lent ${word})
      target_link_libraries(qodly_${name} PRIVATE $<LINK_ONLY:qodly_${lent}>)
    endif()
  endforeach()
  target_precompile_headers(qodly_${name} REUSE_FROM qodly_precompiled)
endfunction()
