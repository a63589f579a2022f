#include "value/picture_bmp.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace qodly {

namespace {

constexpr std::size_t fileHeader = 14;
constexpr std::size_t infoHeader = 40;
constexpr std::size_t alphaHeader = 108;  // the header that can name an alpha mask

enum Compression : std::uint32_t { none = 0, runs8 = 1, runs4 = 2, bitFields = 3, alphaBitFields = 6 };

template <class T>
T read(std::string_view bytes, std::size_t at) {
  T value{};
  if (at + sizeof(T) <= bytes.size()) std::memcpy(&value, bytes.data() + at, sizeof(T));
  return value;
}

template <class T>
void write(T value, std::string& out) {
  std::array<char, sizeof(T)> bytes;
  std::memcpy(bytes.data(), &value, sizeof(T));
  out.append(bytes.data(), bytes.size());
}

// One colour of a pixel of bit fields, as a byte.
struct Mask {
  std::uint32_t bits = 0;
  std::uint8_t of(std::uint32_t pixel) const {
    if (bits == 0) return 0;
    const std::uint64_t value = (pixel & bits) >> std::countr_zero(bits);
    const std::uint64_t most = bits >> std::countr_zero(bits);
    return static_cast<std::uint8_t>(value * 255 / most);
  }
};

class Decoder {
 public:
  Decoder(std::string_view bytes, std::int64_t mostPixels) : bytes_(bytes), mostPixels_(mostPixels) {}

  std::optional<Pixels> decode() {
    if (!readHeader()) return std::nullopt;
    pixels_.bytes.assign(static_cast<std::size_t>(pixels_.width) * pixels_.height * pixels_.bands, '\0');
    const bool sound = compression_ == runs8 || compression_ == runs4 ? decodeRuns() : decodeRows();
    if (!sound) return std::nullopt;
    return std::move(pixels_);
  }

 private:
  bool readHeader() {
    if (!bytes_.starts_with("BM") || bytes_.size() < fileHeader + 12) return false;
    pixelsAt_ = read<std::uint32_t>(bytes_, 10);
    const auto size = read<std::uint32_t>(bytes_, fileHeader);
    if (size == 12) {
      pixels_.width = read<std::uint16_t>(bytes_, 18);
      pixels_.height = read<std::uint16_t>(bytes_, 20);
      bits_ = read<std::uint16_t>(bytes_, 24);
      paletteAt_ = fileHeader + size;
      paletteEntry_ = 3;
    } else if (size >= infoHeader && size < bytes_.size()) {
      pixels_.width = read<std::int32_t>(bytes_, 18);
      const auto height = read<std::int32_t>(bytes_, 22);
      fromTop_ = height < 0;
      if (height == INT32_MIN) return false;
      pixels_.height = fromTop_ ? -height : height;
      bits_ = read<std::uint16_t>(bytes_, 28);
      compression_ = read<std::uint32_t>(bytes_, 30);
      colours_ = read<std::uint32_t>(bytes_, 46);
      paletteAt_ = fileHeader + size;
      readMasks(size);
    } else {
      return false;
    }
    const std::int64_t count = std::int64_t{pixels_.width} * pixels_.height;
    if (pixels_.width <= 0 || pixels_.height <= 0 || count > mostPixels_ || pixelsAt_ >= bytes_.size()) return false;
    return isKnownDepth();
  }

  void readMasks(std::uint32_t headerSize) {
    if (bits_ == 16) masks_ = {Mask{0x7C00}, Mask{0x03E0}, Mask{0x001F}, Mask{0}};
    if (bits_ == 32) masks_ = {Mask{0xFF0000}, Mask{0xFF00}, Mask{0xFF}, Mask{0}};
    if (compression_ != bitFields && compression_ != alphaBitFields) return;
    // In both headers the masks stand at the same place; behind a short one they belong to no header.
    for (std::size_t i = 0; i < 3; ++i) masks_[i].bits = read<std::uint32_t>(bytes_, fileHeader + infoHeader + 4 * i);
    if (headerSize >= alphaHeader || compression_ == alphaBitFields) {
      masks_[3].bits = read<std::uint32_t>(bytes_, fileHeader + infoHeader + 12);
    }
    if (masks_[3].bits != 0) pixels_.bands = 4;
  }

  bool isKnownDepth() const {
    switch (compression_) {
      case none:
        return bits_ == 1 || bits_ == 4 || bits_ == 8 || bits_ == 16 || bits_ == 24 || bits_ == 32;
      case runs8:
        return bits_ == 8 && !fromTop_;
      case runs4:
        return bits_ == 4 && !fromTop_;
      case bitFields:
      case alphaBitFields:
        return bits_ == 16 || bits_ == 32;
      default:
        return false;
    }
  }

  char* pixel(std::int64_t x, std::int64_t line) {
    const std::int64_t row = fromTop_ ? line : pixels_.height - 1 - line;
    return pixels_.bytes.data() + (row * pixels_.width + x) * pixels_.bands;
  }

  // Colours beyond the palette are black.
  void putIndexed(std::int64_t x, std::int64_t line, std::uint32_t index) {
    const std::size_t entry = paletteAt_ + std::size_t{index} * paletteEntry_;
    const bool known = colours_ == 0 || index < colours_;
    if (!known || entry + 3 > bytes_.size()) return;
    char* to = pixel(x, line);
    to[0] = bytes_[entry + 2];
    to[1] = bytes_[entry + 1];
    to[2] = bytes_[entry];
  }

  bool decodeRows() {
    const std::size_t rowSize = (static_cast<std::size_t>(pixels_.width) * bits_ + 31) / 32 * 4;
    if ((bytes_.size() - pixelsAt_) / rowSize < static_cast<std::size_t>(pixels_.height)) return false;
    for (std::int64_t line = 0; line < pixels_.height; ++line) {
      const std::size_t row = pixelsAt_ + static_cast<std::size_t>(line) * rowSize;
      for (std::int64_t x = 0; x < pixels_.width; ++x) decodePixel(row, x, line);
    }
    return true;
  }

  void decodePixel(std::size_t row, std::int64_t x, std::int64_t line) {
    const auto column = static_cast<std::size_t>(x);
    if (bits_ <= 8) {
      const std::size_t perByte = 8U / bits_;
      const auto byte = static_cast<unsigned char>(bytes_[row + column / perByte]);
      const std::size_t shift = 8 - bits_ * (column % perByte + 1);
      return putIndexed(x, line, (byte >> shift) & ((1U << bits_) - 1));
    }
    char* to = pixel(x, line);
    if (bits_ == 24) {
      const char* from = bytes_.data() + row + column * 3;
      to[0] = from[2];
      to[1] = from[1];
      to[2] = from[0];
      return;
    }
    const std::uint32_t packed =
        bits_ == 16 ? read<std::uint16_t>(bytes_, row + column * 2) : read<std::uint32_t>(bytes_, row + column * 4);
    for (int band = 0; band < pixels_.bands; ++band) {
      to[band] = static_cast<char>(masks_[static_cast<std::size_t>(band)].of(packed));
    }
  }

  // Runs of equal pixels, literal pixels, and jumps; what no run covers stays black.
  bool decodeRuns() {
    std::int64_t x = 0;
    std::int64_t line = 0;
    const std::size_t perByte = bits_ == 4 ? 2 : 1;
    const auto colourAt = [&](std::size_t at, std::size_t index) -> std::uint32_t {
      const auto byte = static_cast<unsigned char>(bytes_[at + index / perByte]);
      if (bits_ == 8) return byte;
      return index % 2 == 0 ? byte >> 4U : byte & 15U;
    };
    const auto put = [&](std::uint32_t colour) {
      if (x < pixels_.width && line < pixels_.height) putIndexed(x, line, colour);
      ++x;
    };
    for (std::size_t at = pixelsAt_; at + 2 <= bytes_.size();) {
      const auto count = static_cast<unsigned char>(bytes_[at]);
      const auto second = static_cast<unsigned char>(bytes_[at + 1]);
      at += 2;
      if (count > 0) {
        for (std::size_t i = 0; i < count; ++i) put(colourAt(at - 1, i % perByte));
      } else if (second == 0) {
        x = 0;
        if (++line >= pixels_.height) return true;
      } else if (second == 1) {
        return true;
      } else if (second == 2) {
        if (at + 2 > bytes_.size()) return false;
        x += static_cast<unsigned char>(bytes_[at]);
        line += static_cast<unsigned char>(bytes_[at + 1]);
        at += 2;
      } else {
        const std::size_t size = (second + perByte - 1) / perByte;
        if (at + size > bytes_.size()) return false;
        for (std::size_t i = 0; i < second; ++i) put(colourAt(at, i));
        at += size + size % 2;
      }
    }
    return true;
  }

  std::string_view bytes_;
  std::int64_t mostPixels_;
  Pixels pixels_;
  std::size_t pixelsAt_ = 0;
  std::size_t paletteAt_ = 0;
  std::size_t paletteEntry_ = 4;
  std::uint32_t colours_ = 0;
  std::uint32_t compression_ = none;
  unsigned bits_ = 0;
  bool fromTop_ = false;
  std::array<Mask, 4> masks_{};
};

}  // namespace

std::optional<Pixels> decodeBmp(std::string_view bytes, std::int64_t mostPixels) {
  return Decoder(bytes, mostPixels).decode();
}

std::string encodeBmp(const Pixels& pixels) {
  const auto width = static_cast<std::size_t>(pixels.width);
  const auto bands = static_cast<std::size_t>(pixels.bands);
  const bool alpha = bands == 4;
  const std::size_t headers = fileHeader + (alpha ? alphaHeader : infoHeader);
  const std::size_t rowSize = (width * bands + 3) / 4 * 4;
  const std::size_t imageSize = rowSize * static_cast<std::size_t>(pixels.height);
  std::string out = "BM";
  out.reserve(headers + imageSize);
  write(static_cast<std::uint32_t>(headers + imageSize), out);
  write(std::uint32_t{0}, out);
  write(static_cast<std::uint32_t>(headers), out);
  write(static_cast<std::uint32_t>(headers - fileHeader), out);
  write(std::int32_t{pixels.width}, out);
  write(std::int32_t{pixels.height}, out);
  write(std::uint16_t{1}, out);
  write(static_cast<std::uint16_t>(bands * 8), out);
  write(static_cast<std::uint32_t>(alpha ? bitFields : none), out);
  write(static_cast<std::uint32_t>(imageSize), out);
  for (const std::uint32_t field : {2835U, 2835U, 0U, 0U}) write(field, out);  // 72 dots an inch; no palette
  if (alpha) {
    for (const std::uint32_t mask : {0xFF0000U, 0xFF00U, 0xFFU, 0xFF000000U}) write(mask, out);
    out += "BGRs";  // sRGB, as the number is written
    out.resize(headers, '\0');
  }
  for (int line = pixels.height - 1; line >= 0; --line) {
    const char* from = pixels.bytes.data() + static_cast<std::size_t>(line) * width * bands;
    for (std::size_t x = 0; x < width; ++x, from += bands) {
      out.push_back(from[2]);
      out.push_back(from[1]);
      out.push_back(from[0]);
      if (alpha) out.push_back(from[3]);
    }
    out.append(rowSize - width * bands, '\0');
  }
  return out;
}

}  // namespace qodly
