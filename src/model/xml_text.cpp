// Spans of an XML text. pugixml decides what the document is; the small scanner here only finds where the parts of a
// well-formed element stand, starting from the offset that pugixml gives for its name.
#include "model/xml_text.h"

#include <algorithm>
#include <cctype>

#include "base/error_codes.h"

namespace qodly::model {

namespace {

constexpr std::size_t npos = std::string::npos;

Error malformed(std::string message) { return Error(code::modelInvalid, "dbmg", std::move(message)); }

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::size_t skipBlanks(std::string_view text, std::size_t at) {
  while (at < text.size() && isBlank(text[at])) ++at;
  return at;
}

std::size_t nameEnd(std::string_view text, std::size_t at) {
  while (at < text.size() && !isBlank(text[at]) && text[at] != '=' && text[at] != '/' && text[at] != '>') ++at;
  return at;
}

// Offset behind the construct that starts with `open` at `at`, or npos when another one stands there.
std::size_t skipConstruct(std::string_view text, std::size_t at, std::string_view open, std::string_view close) {
  if (!text.substr(at).starts_with(open)) return npos;
  const std::size_t end = text.find(close, at + open.size());
  return end == npos ? text.size() : end + close.size();
}

// Offset behind a comment, CDATA section or processing instruction at `at`, or npos.
std::size_t skipNonElement(std::string_view text, std::size_t at) {
  static constexpr std::pair<std::string_view, std::string_view> constructs[] = {
      {"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}};
  for (const auto& [open, close] : constructs) {
    const std::size_t end = skipConstruct(text, at, open, close);
    if (end != npos) return end;
  }
  return npos;
}

void write(const NewElement& element, const std::string& indent, const std::string& lineEnd, std::string& out) {
  out += indent + '<' + element.name;
  for (const auto& [name, value] : element.attributes) out += ' ' + name + "=\"" + escapeAttribute(value) + '"';
  if (element.children.empty()) {
    out += "/>";
    return;
  }
  out += '>';
  for (const NewElement& child : element.children) {
    out += lineEnd;
    write(child, indent + '\t', lineEnd, out);
  }
  out += lineEnd + indent + "</" + element.name + '>';
}

int depthOf(pugi::xml_node root) {
  int depth = 1;
  int deepest = 1;
  for (pugi::xml_node node = root; node;) {
    if (node.first_child()) {
      node = node.first_child();
      deepest = std::max(deepest, ++depth);
      continue;
    }
    while (node && node != root && !node.next_sibling()) {
      node = node.parent();
      --depth;
    }
    if (node == root) break;
    node = node.next_sibling();
  }
  return deepest;
}

}  // namespace

// Where the parts of `<name a="b" ...>` stand.
struct XmlText::StartTag {
  struct Attribute {
    std::string_view name;
    std::size_t begin = 0;       // of the blanks before the name
    std::size_t valueBegin = 0;  // inside the quotes
    std::size_t valueEnd = 0;
  };
  std::size_t nameEnd = 0;
  std::vector<Attribute> attributes;
  std::size_t closing = 0;  // of `/>` or `>`
  std::size_t end = 0;      // behind `>`
  bool empty = false;       // `<x/>`
};

std::string escapeAttribute(std::string_view value, char quote) {
  std::string out;
  out.reserve(value.size());
  for (const char c : value) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '\t':
        out += "&#9;";
        break;
      case '\n':
        out += "&#10;";
        break;
      case '\r':
        out += "&#13;";
        break;
      case '"':
      case '\'':
        if (c != quote) {
          out += c;
        } else {
          out += c == '"' ? "&quot;" : "&apos;";
        }
        break;
      default:
        out += c;
    }
  }
  return out;
}

Result<XmlText> XmlText::parse(std::string text, std::string file) {
  XmlText xml(std::move(text), std::move(file));
  if (auto read = xml.read(); !read) return std::unexpected(read.error());
  return xml;
}

Result<> XmlText::read() {
  if (text_.size() > maximumBytes) {
    return std::unexpected(malformed("The file has " + std::to_string(text_.size()) + " bytes; at most " +
                                     std::to_string(maximumBytes) + " are accepted.")
                               .at({file_, 0, 0}));
  }
  lineStarts_.assign(1, 0);
  for (std::size_t at = text_.find('\n'); at != npos; at = text_.find('\n', at + 1)) lineStarts_.push_back(at + 1);
  lineEnd_ = lineStarts_.size() > 1 && lineStarts_[1] > 1 && text_[lineStarts_[1] - 2] == '\r' ? "\r\n" : "\n";

  document_ = std::make_unique<pugi::xml_document>();
  constexpr unsigned int options =
      pugi::parse_default | pugi::parse_doctype | pugi::parse_comments | pugi::parse_pi | pugi::parse_declaration;
  const auto result = document_->load_buffer(text_.data(), text_.size(), options, pugi::encoding_utf8);
  if (!result) {
    const auto offset = static_cast<std::size_t>(std::max<std::ptrdiff_t>(result.offset, 0));
    return std::unexpected(malformed(std::string("The XML is malformed here: ") + result.description() + '.')
                               .at(positionAt(std::min(offset, text_.size()))));
  }
  for (const pugi::xml_node node : document_->children()) {
    if (node.type() == pugi::node_doctype && std::string_view(node.value()).find("<!ENTITY") != npos) {
      return std::unexpected(malformed("The document type declares entities; they are never expanded. Remove the "
                                       "<!ENTITY> declarations and write the text itself.")
                                 .at(positionAt(std::max(text_.find("<!ENTITY"), std::size_t{0}))));
    }
  }
  const auto elements = std::ranges::count_if(document_->children(),
                                              [](pugi::xml_node node) { return node.type() == pugi::node_element; });
  if (elements != 1) {
    return std::unexpected(
        malformed("The file has " + std::to_string(elements) + " root elements; an XML file has exactly one.")
            .at({file_, 1, 1}));
  }
  if (const int depth = depthOf(root()); depth > maximumDepth) {
    return std::unexpected(malformed("The elements are nested " + std::to_string(depth) + " deep; at most " +
                                     std::to_string(maximumDepth) + " levels are accepted.")
                               .at({file_, 1, 1}));
  }
  return {};
}

pugi::xml_node XmlText::root() const { return document_->document_element(); }

SourcePosition XmlText::positionAt(std::size_t offset) const {
  const auto next = std::ranges::upper_bound(lineStarts_, offset);
  const auto line = static_cast<std::uint32_t>(next - lineStarts_.begin());
  return {file_, line, static_cast<std::uint32_t>(offset - *(next - 1) + 1)};
}

SourcePosition XmlText::where(pugi::xml_node element) const { return positionAt(nameOffset(element)); }

std::uint32_t XmlText::line(pugi::xml_node element) const { return where(element).line; }

std::size_t XmlText::nameOffset(pugi::xml_node element) const {
  return static_cast<std::size_t>(std::max<std::ptrdiff_t>(element.offset_debug(), 0));
}

XmlText::StartTag XmlText::startTag(std::size_t nameOffset) const {
  const std::string_view text = text_;
  StartTag tag;
  tag.nameEnd = nameEnd(text, nameOffset);
  std::size_t at = tag.nameEnd;
  while (true) {
    const std::size_t blanks = at;
    at = skipBlanks(text, at);
    if (at >= text.size() || text[at] == '>' || text[at] == '/') break;
    StartTag::Attribute attribute;
    attribute.begin = blanks;
    const std::size_t end = nameEnd(text, at);
    attribute.name = text.substr(at, end - at);
    at = skipBlanks(text, end);
    at = skipBlanks(text, at + 1);  // behind `=`
    if (at >= text.size()) break;
    const char quote = text[at];
    attribute.valueBegin = at + 1;
    attribute.valueEnd = std::min(text.find(quote, attribute.valueBegin), text.size());
    at = std::min(attribute.valueEnd + 1, text.size());
    tag.attributes.push_back(attribute);
  }
  tag.closing = at;
  tag.empty = at < text.size() && text[at] == '/';
  tag.end = std::min(text.find('>', at), text.size() - 1) + 1;
  return tag;
}

std::size_t XmlText::endOf(pugi::xml_node element) const {
  const std::string_view text = text_;
  const StartTag tag = startTag(nameOffset(element));
  if (tag.empty) return tag.end;
  std::size_t at = tag.end;
  for (int depth = 1; depth > 0;) {
    at = text.find('<', at);
    if (at == npos) return text.size();
    if (const std::size_t end = skipNonElement(text, at); end != npos) {
      at = end;
    } else if (text.substr(at).starts_with("</")) {
      --depth;
      at = std::min(text.find('>', at), text.size() - 1) + 1;
    } else {
      const StartTag inner = startTag(at + 1);
      depth += inner.empty ? 0 : 1;
      at = inner.end;
    }
  }
  return at;
}

// The white space between the start of the element's line and its `<`; "" when something else stands there.
std::string XmlText::indentOf(pugi::xml_node element) const {
  const std::size_t open = nameOffset(element) - 1;
  std::size_t begin = open;
  while (begin > 0 && (text_[begin - 1] == ' ' || text_[begin - 1] == '\t')) --begin;
  const bool alone = begin == 0 || text_[begin - 1] == '\n';
  return alone ? text_.substr(begin, open - begin) : std::string();
}

Result<> XmlText::apply(std::vector<Patch> patches) {
  std::ranges::stable_sort(patches, {}, &Patch::begin);
  std::string changed;
  std::size_t at = 0;
  for (const Patch& patch : patches) {
    if (patch.begin < at) return std::unexpected(malformed("Two changes of one edit touch the same text."));
    changed.append(text_, at, patch.begin - at);
    changed += patch.replacement;
    at = patch.end;
  }
  changed.append(text_, at);
  auto result = parse(std::move(changed), file_);
  if (!result) return std::unexpected(result.error());
  *this = std::move(*result);
  return {};
}

XmlText::Patch XmlText::setAttribute(pugi::xml_node element, std::string_view name, std::string_view value,
                                     std::span<const std::string_view> order) const {
  const StartTag tag = startTag(nameOffset(element));
  for (const auto& attribute : tag.attributes) {
    if (attribute.name != name) continue;
    const char quote = text_[attribute.valueBegin - 1];
    return {attribute.valueBegin, attribute.valueEnd, escapeAttribute(value, quote)};
  }
  const auto place = std::ranges::find(order, name);
  std::size_t at = tag.nameEnd;
  for (const auto& attribute : tag.attributes) {
    const auto other = std::ranges::find(order, attribute.name);
    if (place == order.end() || (other != order.end() && other < place)) at = attribute.valueEnd + 1;
  }
  return {at, at, ' ' + std::string(name) + "=\"" + escapeAttribute(value) + '"'};
}

XmlText::Patch XmlText::removeAttribute(pugi::xml_node element, std::string_view name) const {
  const StartTag tag = startTag(nameOffset(element));
  for (const auto& attribute : tag.attributes) {
    if (attribute.name == name) return {attribute.begin, attribute.valueEnd + 1, {}};
  }
  return {};
}

XmlText::Patch XmlText::insert(pugi::xml_node parent, pugi::xml_node previous,
                               std::span<const NewElement> elements) const {
  const std::string parentIndent = indentOf(parent);
  const std::string indent = previous ? indentOf(previous) : parentIndent + '\t';
  std::string lines;
  for (const NewElement& element : elements) {
    lines += lineEnd_;
    write(element, indent, lineEnd_, lines);
  }
  if (previous) {
    const std::size_t at = endOf(previous);
    return {at, at, std::move(lines)};
  }
  const StartTag tag = startTag(nameOffset(parent));
  const std::string closing = lineEnd_ + parentIndent;
  if (tag.empty) return {tag.closing, tag.end, '>' + lines + closing + "</" + parent.name() + '>'};
  const bool closes = text_.compare(tag.end, 2, "</") == 0;
  return {tag.end, tag.end, lines + (closes ? closing : std::string())};
}

XmlText::Patch XmlText::remove(pugi::xml_node element) const {
  std::size_t begin = nameOffset(element) - 1;
  while (begin > 0 && isBlank(text_[begin - 1])) --begin;
  return {begin, endOf(element), {}};
}

}  // namespace qodly::model
