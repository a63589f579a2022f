// The picture library gives EXIF tags as texts and IPTC as one block of bytes: a list of data sets (IIM), mostly inside
// the resource list of the program that wrote it.
#include "script/library/picture_metadata.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace qodly::script::library {

namespace {

struct Block {
  std::string_view name;
  std::string_view prefix;  // of the library's names
};
constexpr auto exifBlocks = std::to_array<Block>({
    {"TIFF", "exif-ifd0-"},
    {"EXIF", "exif-ifd2-"},
    {"GPS", "exif-ifd3-GPS"},
});

struct DataSet {
  unsigned char number;
  std::string_view name;
};
constexpr auto dataSets = std::to_array<DataSet>({
    {5, "ObjectName"},
    {7, "EditStatus"},
    {10, "Urgency"},
    {15, "Category"},
    {20, "SupplementalCategory"},
    {22, "FixtureIdentifier"},
    {25, "Keywords"},
    {30, "ReleaseDate"},
    {35, "ReleaseTime"},
    {40, "SpecialInstructions"},
    {55, "DateTimeCreated"},
    {60, "TimeCreated"},
    {65, "OriginatingProgram"},
    {70, "ProgramVersion"},
    {75, "ObjectCycle"},
    {80, "Byline"},
    {85, "BylineTitle"},
    {90, "City"},
    {92, "SubLocation"},
    {95, "ProvinceState"},
    {100, "CountryPrimaryLocationCode"},
    {101, "CountryPrimaryLocationName"},
    {103, "OriginalTransmissionReference"},
    {105, "Headline"},
    {110, "Credit"},
    {115, "Source"},
    {116, "CopyrightNotice"},
    {118, "Contact"},
    {120, "CaptionAbstract"},
    {122, "WriterEditor"},
});

constexpr const char* iptcField = "iptc-data";
constexpr std::string_view resourcesMark = std::string_view("Photoshop 3.0\0", 14);
constexpr std::string_view resourceMark = "8BIM";
constexpr std::string_view iptcResource = "\x04\x04";

std::size_t number16(std::string_view bytes) {
  return static_cast<std::size_t>(static_cast<unsigned char>(bytes[0])) * 256 + static_cast<unsigned char>(bytes[1]);
}

void append16(std::size_t number, std::string& out) {
  out.push_back(static_cast<char>(number >> 8));
  out.push_back(static_cast<char>(number));
}

// "Canon (Canon, ASCII, 6 components, 6 bytes)" -> "Canon"; "72/1 (72, Rational, ...)" -> "72/1".
std::string rawValue(std::string_view described) {
  const std::size_t text = described.rfind(", ASCII, ");
  if (text != std::string_view::npos) {
    // The value stands there twice, with " (" between.
    const std::string_view twice = described.substr(0, text);
    if (twice.size() >= 2 && twice.size() % 2 == 0) return std::string(twice.substr(0, (twice.size() - 2) / 2));
  }
  return std::string(described.substr(0, described.find(" (")));
}

// One resource of the list; `size` is that of its content.
struct Resource {
  std::size_t begin, content, size, end;
  bool isIptc;
};
std::optional<Resource> resourceAt(std::string_view bytes, std::size_t at) {
  if (bytes.substr(at, 4) != resourceMark || at + 12 > bytes.size()) return std::nullopt;
  const std::size_t nameLength = static_cast<unsigned char>(bytes[at + 6]);
  const std::size_t afterName = at + 6 + (nameLength + 2) / 2 * 2;  // length byte and name, padded to even
  if (afterName + 4 > bytes.size()) return std::nullopt;
  const std::size_t size = number16(bytes.substr(afterName)) * 65536 + number16(bytes.substr(afterName + 2));
  const std::size_t content = afterName + 4;
  if (size > bytes.size() - content) return std::nullopt;
  return Resource{at, content, size, std::min(content + size + size % 2, bytes.size()),
                  bytes.substr(at + 4, 2) == iptcResource};
}

std::string_view iptcOf(std::string_view bytes) {
  if (!bytes.starts_with(resourcesMark)) return bytes;
  for (auto resource = resourceAt(bytes, resourcesMark.size()); resource; resource = resourceAt(bytes, resource->end)) {
    if (resource->isIptc) return bytes.substr(resource->content, resource->size);
  }
  return {};
}

// The data sets of the application record; other records are kept as they are in `others`.
void readDataSets(std::string_view bytes, std::vector<PictureTag>& tags, std::string& others) {
  for (std::size_t at = 0; at + 5 <= bytes.size() && bytes[at] == '\x1C';) {
    const std::size_t size = number16(bytes.substr(at + 3));
    if (size >= 0x8000 || size > bytes.size() - at - 5) return;
    const auto number = static_cast<unsigned char>(bytes[at + 2]);
    const auto* known = std::ranges::find(dataSets, number, &DataSet::number);
    if (bytes[at + 1] != 2 || known == dataSets.end()) {
      others.append(bytes.substr(at, 5 + size));
    } else {
      const auto tag = std::ranges::find_if(tags, [&](const PictureTag& candidate) {
        return candidate.block == "IPTC" && candidate.name == known->name;
      });
      PictureTag& target =
          tag == tags.end() ? tags.emplace_back(PictureTag{"IPTC", std::string(known->name), {}}) : *tag;
      target.values.push_back(repairUtf8(bytes.substr(at + 5, size)));
    }
    at += 5 + size;
  }
}

std::string writeDataSets(const std::vector<PictureTag>& tags, std::string_view others) {
  constexpr std::size_t longest = 0x7FFF;
  std::string bytes(others);
  for (const PictureTag& tag : tags) {
    const auto* known = std::ranges::find(dataSets, tag.name, &DataSet::name);
    if (tag.block != "IPTC" || known == dataSets.end()) continue;
    for (const std::string& value : tag.values) {
      const std::string_view kept = std::string_view(value).substr(0, longest);
      bytes += "\x1C\x02";
      bytes.push_back(static_cast<char>(known->number));
      append16(kept.size(), bytes);
      bytes += kept;
    }
  }
  return bytes;
}

// The resource list with other IPTC data sets.
std::string withIptc(std::string_view list, std::string_view dataSetBytes) {
  std::string result(resourcesMark);
  if (list.starts_with(resourcesMark)) {
    for (auto resource = resourceAt(list, resourcesMark.size()); resource; resource = resourceAt(list, resource->end)) {
      if (!resource->isIptc) result.append(list.substr(resource->begin, resource->end - resource->begin));
    }
  }
  result.append(resourceMark).append(iptcResource).append(2, '\0');
  append16(dataSetBytes.size() >> 16, result);
  append16(dataSetBytes.size() & 0xFFFF, result);
  result.append(dataSetBytes);
  if (dataSetBytes.size() % 2 != 0) result.push_back('\0');
  return result;
}

Bitmap withIptcTags(const Bitmap& bitmap, const std::vector<PictureTag>& changes) {
  const std::string list = bitmap.block(iptcField).value_or("");
  std::vector<PictureTag> tags;
  std::string others;
  readDataSets(iptcOf(list), tags, others);
  for (const PictureTag& change : changes) {
    std::erase_if(tags, [&](const PictureTag& tag) { return tag.name == change.name; });
    tags.push_back(change);
  }
  if (others.empty()) others = std::string("\x1C\x02\0\0\x02\0\x02", 7);  // version of the record
  return bitmap.withBlock(iptcField, withIptc(list, writeDataSets(tags, others)));
}

}  // namespace

std::vector<PictureTag> readPictureTags(const Bitmap& bitmap) {
  std::vector<PictureTag> tags;
  for (const auto& [key, described] : bitmap.metadata()) {
    const auto* block = std::ranges::find_if(exifBlocks, [&](const Block& row) { return key.starts_with(row.prefix); });
    if (block == exifBlocks.end()) continue;
    tags.push_back({std::string(block->name), key.substr(block->prefix.size()), {rawValue(described)}});
  }
  std::string others;
  if (const auto list = bitmap.block(iptcField)) readDataSets(iptcOf(*list), tags, others);
  return tags;
}

std::optional<TagPath> tagPath(std::string_view path) {
  const std::size_t slash = std::min(path.find('/'), path.size());
  std::string_view name = path.substr(std::min(slash + 1, path.size()));
  if (equalsIgnoringAsciiCase(path.substr(0, slash), "IPTC")) {
    const auto* known =
        std::ranges::find_if(dataSets, [&](const DataSet& row) { return equalsIgnoringAsciiCase(row.name, name); });
    return TagPath{"IPTC", std::string(known == dataSets.end() ? name : known->name)};
  }
  for (const Block& block : exifBlocks) {
    if (!equalsIgnoringAsciiCase(path.substr(0, slash), block.name)) continue;
    if (block.name == "GPS" && name.starts_with("GPS")) name.remove_prefix(3);
    return TagPath{std::string(block.name), std::string(name)};
  }
  return std::nullopt;
}

Bitmap withPictureTags(const Bitmap& bitmap, const std::vector<PictureTag>& tags) {
  std::vector<PictureTag> iptc;
  std::vector<std::pair<std::string, std::string>> exif;
  for (const PictureTag& tag : tags) {
    const auto* block = std::ranges::find(exifBlocks, tag.block, &Block::name);
    if (tag.block == "IPTC") {
      iptc.push_back(tag);
    } else if (block != exifBlocks.end()) {
      exif.emplace_back(std::string(block->prefix) + tag.name, tag.values.empty() ? "" : tag.values.front());
    }
  }
  Bitmap changed = exif.empty() ? bitmap : bitmap.withMetadata(exif);
  return iptc.empty() ? changed : withIptcTags(changed, iptc);
}

}  // namespace qodly::script::library
