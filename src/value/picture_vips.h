// The C functions of libvips and GLib that are used, by their documented signatures. Internal to pictures.
#pragma once

#include <cstddef>

namespace qodly {

class Vips {
 public:
  // nullptr when the library is not installed.
  static const Vips* get();

  void* (*loadBuffer)(const void*, std::size_t, const char*, ...) = nullptr;
  void* (*fromMemory)(const void*, std::size_t, int, int, int, int) = nullptr;
  int (*writeBuffer)(void*, const char*, void**, std::size_t*, ...) = nullptr;
  void* (*toMemory)(void*, std::size_t*) = nullptr;
  int (*average)(void*, double*, ...) = nullptr;
  int (*resize)(void*, void**, double, ...) = nullptr;
  int (*embed)(void*, void**, int, int, int, int, ...) = nullptr;
  int (*join)(void*, void*, void**, int, ...) = nullptr;
  int (*flatten)(void*, void**, ...) = nullptr;
  int (*colourspace)(void*, void**, int, ...) = nullptr;
  int (*cast)(void*, void**, int, ...) = nullptr;
  int (*copy)(void*, void**, ...) = nullptr;
  int (*addAlpha)(void*, void**, ...) = nullptr;
  int (*autoRotate)(void*, void**, ...) = nullptr;
  int (*width)(const void*) = nullptr;
  int (*height)(const void*) = nullptr;
  int (*bands)(const void*) = nullptr;
  int (*hasAlpha)(void*) = nullptr;
  char** (*fields)(const void*) = nullptr;
  int (*asString)(const void*, const char*, char**) = nullptr;
  int (*getBlob)(const void*, const char*, const void**, std::size_t*) = nullptr;
  std::size_t (*typeOf)(const void*, const char*) = nullptr;
  void (*setString)(void*, const char*, const char*) = nullptr;
  void (*setBlobCopy)(void*, const char*, const void*, std::size_t) = nullptr;
  void* (*newArrayDouble)(const double*, int) = nullptr;
  void (*unrefArea)(void*) = nullptr;
  void (*clearError)() = nullptr;
  void (*unref)(void*) = nullptr;
  void (*free)(void*) = nullptr;
  void (*freeTexts)(char**) = nullptr;

 private:
  Vips();
  bool ready_ = false;
};

}  // namespace qodly
