// Conversion of cells and JSON values.
#include "app/import/cell_values.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "base/text.h"
#include "orda/save_rules.h"
#include "value/json.h"

namespace qodly::app {

namespace {

constexpr std::uint64_t maximumFileBytes = std::uint64_t{2} << 30;

Error wrong(const model::DataClass& dataClass, const model::Attribute& attribute, std::string_view what) {
  return Error(code::wrongType, "dbmg", fmt::format("{}.{}: {}", dataClass.name, attribute.name, what));
}

bool isBinary(model::AttributeType type) {
  return type == model::AttributeType::image || type == model::AttributeType::blob;
}

Value binary(model::AttributeType type, std::string bytes, std::string mediaType) {
  return type == model::AttributeType::image ? Value::picture(std::move(bytes), std::move(mediaType))
                                             : Value::blob(std::move(bytes), std::move(mediaType));
}

// data:[<media type>][;base64],<data>
std::optional<Value> fromDataUri(model::AttributeType type, std::string_view uri) {
  uri.remove_prefix(std::string_view("data:").size());
  const std::size_t comma = uri.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  std::string_view header = uri.substr(0, comma);
  const std::string_view content = uri.substr(comma + 1);
  const bool encoded = header.ends_with(";base64");
  if (encoded) header.remove_suffix(std::string_view(";base64").size());
  const std::string mediaType(header.substr(0, header.find(';')));
  if (!encoded) return binary(type, percentDecode(content), mediaType);
  auto bytes = fromBase64(content);
  if (!bytes) return std::nullopt;
  return binary(type, std::move(*bytes), mediaType);
}

std::string mediaTypeOf(const std::filesystem::path& file) {
  static constexpr std::pair<std::string_view, std::string_view> types[] = {
      {".png", "image/png"},     {".jpg", "image/jpeg"},     {".jpeg", "image/jpeg"}, {".gif", "image/gif"},
      {".svg", "image/svg+xml"}, {".webp", "image/webp"},    {".bmp", "image/bmp"},   {".tif", "image/tiff"},
      {".tiff", "image/tiff"},   {".pdf", "application/pdf"}};
  const std::string extension = lowerAscii(file.extension().string());
  const auto* found = std::ranges::find(types, extension, &std::pair<std::string_view, std::string_view>::first);
  return found == std::end(types) ? std::string() : std::string(found->second);
}

// A file below the folder of the import file; a name that leads out of it is refused, because import files come from
// others.
Result<Value> fromFile(const model::DataClass& dataClass, const model::Attribute& attribute, std::string_view name,
                       const CellOptions& options) {
  const std::filesystem::path relative = std::filesystem::path(name).lexically_normal();
  if (relative.empty() || relative.is_absolute() || *relative.begin() == "..") {
    return std::unexpected(wrong(dataClass, attribute,
                                 fmt::format("the file \"{}\" must be named relative to the import file and lie below "
                                             "its folder",
                                             name)));
  }
  std::error_code error;
  const std::filesystem::path root =
      std::filesystem::weakly_canonical(options.folder.empty() ? "." : options.folder, error);
  const std::filesystem::path file = std::filesystem::weakly_canonical(root / relative, error);
  const auto outside = std::ranges::mismatch(root, file).in1 != root.end();
  const auto size = std::filesystem::file_size(file, error);
  if (error || outside || size > maximumFileBytes) {
    return std::unexpected(
        wrong(dataClass, attribute, fmt::format("the file \"{}\" cannot be read from {}", name, root.string())));
  }
  std::ifstream in(file, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  return binary(attribute.type, std::move(bytes), mediaTypeOf(file));
}

Result<Value> binaryValue(const Value& value, const model::DataClass& dataClass, const model::Attribute& attribute,
                          const CellOptions& options) {
  if (value.isText() && value.asText().starts_with("data:")) {
    if (auto decoded = fromDataUri(attribute.type, value.asText())) return std::move(*decoded);
    return std::unexpected(
        wrong(dataClass, attribute, "the data URI cannot be decoded; expected data:TYPE;base64,..."));
  }
  if (value.isText() && value.asText().starts_with("file:")) {
    return fromFile(dataClass, attribute, value.asText().substr(std::string_view("file:").size()), options);
  }
  if (value.isObject()) {
    const Value file = value.asObject().get("file");
    if (file.isText()) return fromFile(dataClass, attribute, file.asText(), options);
  }
  auto assigned = orda::assignable(dataClass, attribute, value, NumberAsDuration::milliseconds);
  if (assigned) return assigned;
  return std::unexpected(wrong(dataClass, attribute,
                               "expected a data URI (data:image/png;base64,...), a file below the folder of the import "
                               "file ({\"file\": \"a.png\"}; in CSV file:a.png), or a path of the project "
                               "(/RESOURCES/a.png)"));
}

bool isYes(std::string_view text) { return text == "1" || equalsIgnoringAsciiCase(text, "yes"); }
bool isNo(std::string_view text) { return text == "0" || equalsIgnoringAsciiCase(text, "no"); }

// Text of a cell of a column that is no text, as assignment understands it.
Result<Value> prepare(std::string_view text, const model::DataClass& dataClass, const model::Attribute& attribute,
                      const CellOptions& options) {
  using model::AttributeType;
  if (attribute.type == AttributeType::boolean) {
    if (isYes(text)) return Value::boolean(true);
    if (isNo(text)) return Value::boolean(false);
  }
  if (attribute.type == AttributeType::object) {
    auto parsed = json::parse(text);
    if (parsed) return std::move(*parsed);
    return std::unexpected(wrong(dataClass, attribute, "the cell is no JSON: " + parsed.error().message()));
  }
  if (attribute.type == AttributeType::date && options.dateFormat) {
    if (auto date = options.dateFormat->parse(text)) return std::move(*date);
    return std::unexpected(
        wrong(dataClass, attribute, fmt::format("\"{}\" does not have the form that --date-format names", text)));
  }
  const bool number = model::isNumeric(attribute.type) && attribute.type != AttributeType::duration;
  if (number && options.decimalSeparator != '.' && text.find(options.decimalSeparator) != std::string_view::npos) {
    std::string plain(text);
    std::ranges::replace(plain, options.decimalSeparator, '.');
    return Value::text(std::move(plain));
  }
  return Value::text(text);
}

bool isText(model::AttributeType type) {
  return type == model::AttributeType::string || type == model::AttributeType::text;
}

}  // namespace

Result<Value> valueOf(const Cell& cell, const model::DataClass& dataClass, const model::Attribute& attribute,
                      const CellOptions& options) {
  if (!isValidUtf8(cell.text)) {
    return std::unexpected(wrong(dataClass, attribute, "the text is no UTF-8; convert the file, or give --encoding"));
  }
  if (isText(attribute.type)) {
    if (cell.text.empty() && !cell.quoted) return Value::null();
    return orda::assignable(dataClass, attribute, Value::text(cell.text));
  }
  const std::string_view text = trim(cell.text);
  if (text.empty()) return Value::null();
  auto prepared = prepare(text, dataClass, attribute, options);
  if (!prepared) return prepared;
  return valueOf(*prepared, dataClass, attribute, options);
}

Result<Value> valueOf(const Value& value, const model::DataClass& dataClass, const model::Attribute& attribute,
                      const CellOptions& options) {
  if (value.isMissing()) return Value::null();
  if (isBinary(attribute.type)) return binaryValue(value, dataClass, attribute, options);
  if (attribute.type == model::AttributeType::object && value.isCollection()) return value;
  if (attribute.type == model::AttributeType::date && options.dateFormat && value.isText()) {
    if (auto date = options.dateFormat->parse(value.asText())) {
      return orda::assignable(dataClass, attribute, *date, NumberAsDuration::milliseconds);
    }
  }
  return orda::assignable(dataClass, attribute, value, NumberAsDuration::milliseconds);
}

}  // namespace qodly::app
