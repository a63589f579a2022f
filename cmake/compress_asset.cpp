// A tool of the build: the brotli form of a file, or an empty file when it is not worth it.
// usage: compress_asset FILE RESULT
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include <brotli/encode.h>

int main(int count, char** arguments) {
  if (count != 3) return 2;
  std::ifstream in(arguments[1], std::ios::binary);
  const std::string plain((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in) return std::fprintf(stderr, "compress_asset: %s cannot be read\n", arguments[1]), 1;
  std::string packed(BrotliEncoderMaxCompressedSize(plain.size()), '\0');
  std::size_t size = packed.size();
  const bool done = BrotliEncoderCompress(BROTLI_MAX_QUALITY, BROTLI_MAX_WINDOW_BITS, BROTLI_MODE_TEXT, plain.size(),
                                          reinterpret_cast<const std::uint8_t*>(plain.data()), &size,
                                          reinterpret_cast<std::uint8_t*>(packed.data())) == BROTLI_TRUE;
  packed.resize(done && size + size / 16 < plain.size() ? size : 0);
  std::ofstream out(arguments[2], std::ios::binary);
  out.write(packed.data(), static_cast<std::streamsize>(packed.size()));
  out.close();
  return out ? 0 : 1;
}
