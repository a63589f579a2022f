// An XML file as the text it is: read through pugixml, changed by replacing spans of the text. Whatever is not inside a
// replaced span - white space, comments, doctype, attribute order, byte-order mark, line ends - keeps its bytes,
// because it is never written again (project-format.md 1.3).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pugixml.hpp>

#include "base/error.h"

namespace qodly::model {

// An element to be written: one element a line, attributes in the given order, `<x a="b"/>` when empty.
struct NewElement {
  std::string name;
  std::vector<std::pair<std::string, std::string>> attributes;
  std::vector<NewElement> children;
};

// Not thread-safe. Nodes handed out are invalid after apply().
class XmlText {
 public:
  static constexpr std::size_t maximumBytes = std::size_t{128} << 20;
  static constexpr int maximumDepth = 64;

  // A span of the text, and what takes its place. Patches of one apply() must not overlap.
  struct Patch {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string replacement;
  };

  // Errors (modelInvalid, with file, line and column): not well-formed, larger than maximumBytes, deeper than
  // maximumDepth, or a document type that declares entities - those are never expanded, and no DTD is fetched.
  static Result<XmlText> parse(std::string text, std::string file);

  const std::string& text() const { return text_; }
  const std::string& file() const { return file_; }
  pugi::xml_node root() const;
  std::uint32_t line(pugi::xml_node element) const;
  SourcePosition where(pugi::xml_node element) const;

  // Replaces all patched spans at once and reads the result. On error nothing has changed.
  Result<> apply(std::vector<Patch> patches);

  // `order`: names of the element's attributes in the order of the format; a new attribute is put behind the last one
  // present that comes before it there.
  Patch setAttribute(pugi::xml_node element, std::string_view name, std::string_view value,
                     std::span<const std::string_view> order) const;
  Patch removeAttribute(pugi::xml_node element, std::string_view name) const;
  // Inserts elements behind `previous`, or as first children of `parent` when `previous` is empty.
  Patch insert(pugi::xml_node parent, pugi::xml_node previous, std::span<const NewElement> elements) const;
  // Removes the element with the white space before it. Children are removed one by one, so a parent that loses all of
  // them keeps its two tags.
  Patch remove(pugi::xml_node element) const;

 private:
  struct StartTag;
  XmlText(std::string text, std::string file) : text_(std::move(text)), file_(std::move(file)) {}
  Result<> read();
  std::size_t nameOffset(pugi::xml_node element) const;
  StartTag startTag(std::size_t nameOffset) const;
  std::size_t endOf(pugi::xml_node element) const;
  std::string indentOf(pugi::xml_node element) const;
  SourcePosition positionAt(std::size_t offset) const;

  std::string text_;
  std::string file_;
  std::unique_ptr<pugi::xml_document> document_;
  std::vector<std::size_t> lineStarts_;
  std::string lineEnd_ = "\n";
};

// Text as it stands between double quotes.
std::string escapeAttribute(std::string_view value, char quote = '"');

}  // namespace qodly::model
