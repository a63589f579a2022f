// The way to the keywords of a JPEG file:
//
//   FFD8, then segments           FF <type> <length: 2, counts itself> <payload>
//   segment type ED ("APP13")     "Photoshop 3.0\0", then blocks
//   block                         "8BIM" <id: 2> <name: length byte + text, padded to even> <size: 4> <data, padded to
//   even> block 0404                    records of IPTC record                        1C <record> <data set> <length:
//   2> <data>; 2:25 is a keyword
//
// Numbers are big-endian.
#include "query/picture_keywords.h"

#include <cstdint>
#include <optional>

#include "base/text.h"

namespace qodly::query {

namespace {

using Visit = std::function<bool(std::string_view)>;

// Reads from the front; gives nothing once the bytes run out.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}
  bool empty() const { return bytes_.empty(); }

  std::optional<std::uint32_t> number(std::size_t width) {
    const auto taken = take(width);
    if (!taken) return std::nullopt;
    std::uint32_t value = 0;
    for (const char c : *taken) value = value << 8 | static_cast<unsigned char>(c);
    return value;
  }

  std::optional<std::string_view> take(std::size_t size) {
    if (size > bytes_.size()) return std::nullopt;
    const std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }

  bool skipPrefix(std::string_view prefix) {
    if (!bytes_.starts_with(prefix)) return false;
    bytes_.remove_prefix(prefix.size());
    return true;
  }

 private:
  std::string_view bytes_;
};

std::string utf8Of(std::string_view keyword) {
  if (isValidUtf8(keyword)) return std::string(keyword);
  std::string text;
  for (const char c : keyword) appendCodePoint(static_cast<unsigned char>(c), text);  // Latin-1
  return text;
}

bool anyInRecords(Bytes records, const Visit& visit) {
  while (!records.empty()) {
    const auto marker = records.number(1);
    const auto dataSet = records.number(2);
    const auto size = records.number(2);
    if (marker != 0x1CU || !size) return false;
    const auto data = records.take(*size);
    if (!data) return false;
    if (dataSet == 0x0219U && visit(utf8Of(*data))) return true;
  }
  return false;
}

bool anyInBlocks(Bytes blocks, const Visit& visit) {
  while (blocks.skipPrefix("8BIM")) {
    const auto id = blocks.number(2);
    const auto nameSize = blocks.number(1);
    if (!nameSize || !blocks.take(*nameSize | 1U)) return false;
    const auto size = blocks.number(4);
    const auto data = size ? blocks.take(*size) : std::nullopt;
    if (!data) return false;
    if (*size % 2 == 1) (void)blocks.take(1);
    if (id == 0x0404U && anyInRecords(Bytes(*data), visit)) return true;
  }
  return false;
}

}  // namespace

bool anyPictureKeyword(std::string_view picture, const Visit& visit) {
  Bytes file(picture);
  if (!file.skipPrefix("\xFF\xD8")) return false;
  while (file.skipPrefix("\xFF")) {
    const auto type = file.number(1);
    if (!type || *type == 0xDA) return false;  // picture data: no segments behind it
    const auto size = file.number(2);
    const auto payload = size && *size >= 2 ? file.take(*size - 2) : std::nullopt;
    if (!payload) return false;
    Bytes blocks(*payload);
    constexpr std::string_view signature("Photoshop 3.0\0", 14);
    if (*type == 0xED && blocks.skipPrefix(signature) && anyInBlocks(blocks, visit)) return true;
  }
  return false;
}

}  // namespace qodly::query
