// Attributes, identities and messages of catalog elements.
#include "model/catalog_reading.h"

#include "base/text.h"
#include "model/catalog_reader.h"

namespace qodly::model {

namespace {

std::uint64_t fnv1a(std::string_view text, std::uint64_t hash) {
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001B3u;
  }
  return hash;
}

void appendHex(std::uint64_t value, std::string& out) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  for (int shift = 60; shift >= 0; shift -= 4) out += digits[(value >> shift) & 0xF];
}

}  // namespace

std::string derivedUuid(std::string_view text) {
  std::string uuid;
  appendHex(fnv1a(text, 0xCBF29CE484222325u), uuid);
  appendHex(fnv1a(text, 0x9E3779B97F4A7C15u), uuid);
  return uuid;
}

void CatalogScope::report(Diagnostic::Level level, pugi::xml_node element, std::string_view code, std::string message) {
  diagnostics.push_back({level, xml.file(), xml.line(element), path(element), std::string(code), std::move(message)});
}

std::string CatalogScope::text(std::string_view raw) const { return repair ? repairUtf8(raw) : std::string(raw); }

std::string CatalogScope::label(pugi::xml_node element) const {
  const std::string_view kind = element.name();
  std::string name = text(element.attribute("name").value());
  if (kind == "field") name = text(element.parent().attribute("name").value()) + '.' + name;
  if (kind == "relation") {
    name = text(element.attribute("name_Nto1").value());
    const std::string inverse = text(element.attribute("name_1toN").value());
    if (!inverse.empty()) name += name.empty() ? inverse : " / " + inverse;
  }
  if (name.empty()) name = text(element.attribute("uuid").value());
  return std::string(kind) + " \"" + name + '"';
}

std::string CatalogScope::path(pugi::xml_node element) const {
  std::string path;
  for (pugi::xml_node node = element; node && node.type() == pugi::node_element; node = node.parent()) {
    std::string step = node.name();
    if (node.parent().type() == pugi::node_element) {
      const char* key = node.attribute("name") ? "name" : "uuid";
      if (node.attribute(key)) step += std::string("[@") + key + "='" + text(node.attribute(key).value()) + "']";
    }
    path = path.empty() ? step : step + '/' + path;
  }
  return path;
}

bool CatalogScope::flag(pugi::xml_node element, const char* name, bool standard) {
  const pugi::xml_attribute attribute = element.attribute(name);
  if (!attribute) return standard;
  const std::string_view value = attribute.value();
  if (value == "true" || value == "1") return true;
  if (value == "false" || value == "0") return false;
  report(Diagnostic::Level::warning, element, "bad-value",
         std::string(name) + " of " + label(element) + " is \"" + text(value) + "\"; expected true or false. Read as " +
             (standard ? "true." : "false."));
  return standard;
}

std::string CatalogScope::uuid(pugi::xml_node element, std::string_view identity) {
  const std::string written = text(element.attribute("uuid").value());
  std::string uuid;
  if (written.empty()) {
    uuid = derivedUuid(identity);
  } else {
    uuid = normaliseUuid(written).value_or(derivedUuid("written/" + written));
  }
  if (uuids.insert(uuid).second) return uuid;
  report(Diagnostic::Level::warning, element, "duplicate-name",
         "The uuid " + uuid + " of " + label(element) +
             " belongs to another item already; each item needs its own. Give it 32 other hexadecimal digits.");
  uuid = derivedUuid(std::string(identity) + "/again/" + uuid);
  uuids.insert(uuid);
  return uuid;
}

pugi::xml_node findReferenced(pugi::xml_node parent, const char* element, std::string_view uuid,
                              std::string_view name) {
  if (!uuid.empty()) {
    for (const pugi::xml_node node : parent.children(element)) {
      if (equalsIgnoringAsciiCase(node.attribute("uuid").value(), uuid)) return node;
    }
  }
  for (const pugi::xml_node node : parent.children(element)) {
    if (!name.empty() && node.attribute("name").value() == name) return node;
  }
  return {};
}

}  // namespace qodly::model
