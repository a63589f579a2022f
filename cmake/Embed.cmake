# qodly_embed(TARGET [FOLDER PREFIX]...): compiles every file of each FOLDER into TARGET. The program finds them through
# findAsset("PREFIX/file") of app/assets.h. The bytes are included by the assembler, so size costs no compile time; texts
# of some size are there a second time, compressed with brotli. A folder that is not there (the browser side before
# `./dev build`) gives nothing.
add_executable(compress_asset cmake/compress_asset.cpp)
target_link_libraries(compress_asset PRIVATE qodly_brotli)

function(qodly_embed target)
  set(compressed ${CMAKE_BINARY_DIR}/generated/compressed)
  file(MAKE_DIRECTORY ${compressed})
  set(assembly "    .section .rodata\n")
  set(declarations "")
  set(rows "")
  set(index 0)
  set(inputs "")
  set(files "")
  set(rest ${ARGN})
  while(rest)
    list(POP_FRONT rest folder prefix)
    file(GLOB_RECURSE found CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}/${folder} ${CMAKE_SOURCE_DIR}/${folder}/*)
    list(TRANSFORM found PREPEND "${folder}|${prefix}|")
    list(APPEND files ${found})
  endwhile()
  foreach(entry IN LISTS files)
    string(REPLACE "|" ";" parts "${entry}")
    list(POP_FRONT parts folder prefix file)
    set(path ${CMAKE_SOURCE_DIR}/${folder}/${file})
    list(APPEND inputs ${path})
    set(symbol qodlyAsset${index})
    string(APPEND assembly "    .global ${symbol}\n    .global ${symbol}End\n${symbol}:\n    .incbin \"${path}\"\n${symbol}End:\n    .byte 0\n")
    string(APPEND declarations "extern \"C\" const char ${symbol}[];\nextern \"C\" const char ${symbol}End[];\n")
    set(brotli "{}")
    file(SIZE ${path} size)
    if(size GREATER 1023 AND file MATCHES "\\.(js|css|html|svg|txt|ts|json)$")
      set(result ${compressed}/${index}.br)
      add_custom_command(OUTPUT ${result} COMMAND compress_asset ${path} ${result} DEPENDS ${path} compress_asset
                         COMMENT "Compressing ${file}" VERBATIM)
      list(APPEND inputs ${result})
      string(APPEND assembly "    .global ${symbol}Br\n    .global ${symbol}BrEnd\n${symbol}Br:\n    .incbin \"${result}\"\n${symbol}BrEnd:\n    .byte 0\n")
      string(APPEND declarations "extern \"C\" const char ${symbol}Br[];\nextern \"C\" const char ${symbol}BrEnd[];\n")
      set(brotli "{${symbol}Br, static_cast<std::size_t>(${symbol}BrEnd - ${symbol}Br)}")
    endif()
    string(APPEND rows "    {\"${prefix}/${file}\", {{${symbol}, static_cast<std::size_t>(${symbol}End - ${symbol})}, ${brotli}, {}}},\n")
    math(EXPR index "${index} + 1")
  endforeach()
  string(APPEND assembly "    .section .note.GNU-stack,\"\",%progbits\n")
  set(base ${CMAKE_BINARY_DIR}/generated/assets)
  file(CONFIGURE OUTPUT ${base}.S CONTENT "${assembly}" @ONLY)
  file(CONFIGURE OUTPUT ${base}.cpp CONTENT "// Generated: the files compiled into the executable.
#include \"app/assets.h\"

${declarations}
namespace qodly::app {

std::vector<Asset> allAssets() {
  return {
${rows}  };
}

}  // namespace qodly::app
" @ONLY)
  target_sources(${target} PRIVATE ${base}.S ${base}.cpp)
  set_source_files_properties(${base}.S PROPERTIES OBJECT_DEPENDS "${inputs}" LANGUAGE ASM)
  set_source_files_properties(${base}.S ${base}.cpp PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
endfunction()
