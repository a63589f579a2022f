#include "rest/media.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "http/body_file.h"
#include "orda/content_files.h"
#include "orda/entity.h"
#include "rest/attributes_filter.h"
#include "rest/errors.h"
#include "rest/exposure.h"
#include "rest/media_attribute.h"
#include "rest/source.h"
#include "rest/web_exchange.h"
#include "script/library/file_content.h"
#include "script/vm/runtime.h"
#include "value/media_name.h"

namespace qodly::rest {

namespace {

struct Content {
  Value value;
  std::optional<FilePart> file = {};  // instead of `value`
  std::uint32_t stamp = 0;
  storage::RecordId place{};
  std::uint32_t attribute = model::noIndex;
};

// With its bytes: null when it is stored by reference and there is no such file.
Value withContent(const Call& call, Value value) {
  const auto& scripts = call.services.options.scripts;
  return script::library::referencedContent(scripts ? scripts->service<script::library::FileSystems>() : nullptr,
                                            std::move(value));
}

Result<Content> loadCalculated(Call& call, std::uint32_t dataClass, std::uint32_t attribute) {
  const auto number = findEntity(call, dataClass);
  if (!number) return std::unexpected(number.error());
  const orda::DataClass owner(call.process(), call.schema, dataClass);
  const orda::EntityRef entity = owner.load(*number);
  if (!entity) return std::unexpected(entityNotLoaded(call.address.key.text, owner.name()));
  auto value = entity->read(attribute);
  if (!value) return std::unexpected(value.error());
  const std::uint32_t version = mediaVersion(*value);
  return Content{.value = withContent(call, std::move(*value)), .stamp = version};
}

Result<Content> load(Call& call, std::uint32_t dataClass, std::uint32_t attribute) {
  if (call.model().classes[dataClass].attributes[attribute].isCalculated()) {
    return loadCalculated(call, dataClass, attribute);
  }
  const auto number = findEntity(call, dataClass);
  if (!number) return std::unexpected(number.error());
  const auto reader = call.read();
  const storage::RecordView record = reader->record(dataClass, *number);
  if (!record) {
    return std::unexpected(entityNotLoaded(call.address.key.text, call.model().classes[dataClass].name));
  }
  const bool blob = call.model().classes[dataClass].attributes[attribute].type == model::AttributeType::blob;
  if (auto* files = dynamic_cast<orda::ContentFiles*>(&call.engine()); blob && files != nullptr) {
    if (auto file = files->contentFile(record, dataClass, attribute)) {
      return Content{.value = {}, .file = std::move(file), .stamp = record.stamp()};
    }
  }
  auto value = call.engine().decode(record, dataClass, attribute);
  if (!value) return std::unexpected(value.error());
  return Content{.value = withContent(call, std::move(*value)),
                 .stamp = record.stamp(),
                 .place = {call.schema->tables[dataClass], *number},
                 .attribute = attribute};
}

// True: the client has this version already and the answer is complete.
bool answeredFromCache(Call& call, std::uint32_t stamp) {
  const bool current = call.parameters.integer(Parameter::version) == stamp;
  call.response.setHeader("Cache-Control", current ? "private, max-age=31536000" : "no-cache");
  return call.response.notModified(call.request, fmt::format("\"{}\"", stamp));
}

int sideOf(const Call& call, Parameter parameter) {
  return static_cast<int>(std::min<std::uint64_t>(call.parameters.integer(parameter).value_or(0), maximumPictureSide));
}

// Stored bytes are sent as they are; what has to be made of them is remembered.
std::optional<Picture> pictureFor(Call& call, const Content& content) {
  const std::string& stored = content.value.asBlob().bytes;
  const PictureWish wish{.format = std::string(call.parameters.text(Parameter::imageFormat)),
                         .width = sideOf(call, Parameter::width),
                         .height = sideOf(call, Parameter::height)};
  const PictureFormat format = formatOf(stored);
  const bool best = wish.format.empty() || equalsIgnoringAsciiCase(wish.format, "best");
  const bool asStored = !wish.scales() && (best ? isWebSafe(format) : formatNamed(wish.format) == format);
  const bool calculated = content.attribute == model::noIndex;  // may be another one for everybody
  if (asStored || calculated) return makePicture(stored, wish);
  const auto name = fmt::format("{} {} {} {} {} {} {}", content.place.table, content.place.number, content.attribute,
                                content.stamp, lowerAscii(wish.format), wish.width, wish.height);
  return call.services.pictures.get(name, [&] { return makePicture(stored, wish); });
}

Result<> answerPicture(Call& call, const Content& content) {
  std::optional<Picture> picture;
  if (content.value.type() == Type::picture) {
    picture = pictureFor(call, content);
  }
  if (!picture) {
    call.json() += "{}";
    return {};
  }
  if (answeredFromCache(call, content.stamp)) return {};
  call.response.setContentType(mediaTypeOf(picture->format));
  confine(call.response);
  call.response.setHeader("X-Content-Type-Options", "nosniff");
  call.response.setBody(std::move(picture->bytes));
  call.response.applyRange(call.request);
  return {};
}

Result<> answerBlob(Call& call, const Content& content, std::string_view name) {
  if (answeredFromCache(call, content.stamp)) return {};
  call.response.setContentType("application/octet-stream");
  call.response.setHeader("X-Content-Type-Options", "nosniff");
  if (call.parameters.flag(Parameter::binary)) {
    call.response.setHeader("Content-Disposition", fmt::format("attachment; filename=\"{}\"", percentEncode(name)));
  }
  const bool missing = content.value.type() != Type::blob && content.value.type() != Type::picture;
  if (content.file) {
    sendFile(call.response, *content.file);
  } else {
    call.response.setBody(std::make_shared<const std::string>(missing ? std::string() : content.value.asBlob().bytes));
  }
  call.response.applyRange(call.request);
  return {};
}

std::string_view parameterOf(std::string_view header, std::string_view name) {
  for (std::string_view item : split(header, ';')) {
    item = trim(item);
    const std::size_t equals = item.find('=');
    if (equals == std::string_view::npos || !equalsIgnoringAsciiCase(trim(item.substr(0, equals)), name)) continue;
    std::string_view value = trim(item.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    return value;
  }
  return {};
}

std::string_view headerOf(std::string_view head, std::string_view name) {
  for (const std::string_view line : split(head, '\n')) {
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos && equalsIgnoringAsciiCase(trim(line.substr(0, colon)), name)) {
      return trim(line.substr(colon + 1));
    }
  }
  return {};
}

// The name of the file in a Content-Disposition: filename*=UTF-8''..., else filename="...".
std::string fileNameOf(std::string_view disposition) {
  constexpr std::string_view utf8 = "utf-8''";
  const std::string_view extended = parameterOf(disposition, "filename*");
  if (extended.size() > utf8.size() && equalsIgnoringAsciiCase(extended.substr(0, utf8.size()), utf8)) {
    std::string name = percentDecode(extended.substr(utf8.size()));
    if (isValidUtf8(name)) return name;
  }
  const std::string_view plain = parameterOf(disposition, "filename");
  return isValidUtf8(plain) ? std::string(plain) : std::string();
}

// First part with a file name; else the first part. An incomplete body gives nothing.
UploadedContent firstPart(std::string_view body, std::string_view boundary) {
  const std::string delimiter = "--" + std::string(boundary);
  UploadedContent first;
  for (std::size_t at = body.find(delimiter); at != std::string_view::npos;) {
    const std::size_t start = at + delimiter.size();
    const std::size_t next = body.find("\r\n" + delimiter, start);
    const std::size_t headEnd = body.find("\r\n\r\n", start);
    if (next == std::string_view::npos || headEnd == std::string_view::npos || headEnd > next) break;
    const std::string_view head = body.substr(start, headEnd - start);
    const std::size_t contentStart = std::min(headEnd + 4, next);
    const std::string name = fileNameOf(headerOf(head, "Content-Disposition"));
    UploadedContent part{.bytes = body.substr(contentStart, next - contentStart),
                         .mediaType = withMediaName(headerOf(head, "Content-Type"), name)};
    if (!name.empty()) return part;
    if (first.bytes.empty()) first = std::move(part);
    at = next + 2;
  }
  return first;
}

}  // namespace

bool isMedia(const model::Attribute& attribute) {
  const bool value =
      attribute.isStorage() || (attribute.isCalculated() && attribute.result == model::CalculatedResult::scalar);
  return value && (attribute.type == model::AttributeType::image || attribute.type == model::AttributeType::blob);
}

std::uint32_t mediaVersion(const Value& value) {
  if (value.type() != Type::blob && value.type() != Type::picture) return 0;
  std::uint32_t hash = 2'166'136'261U;  // FNV-1a
  for (const std::string* part : {&value.asBlob().bytes, &value.asBlob().path})
    for (const char byte : *part) hash = (hash ^ static_cast<unsigned char>(byte)) * 16'777'619U;
  return hash;
}

namespace {

std::optional<std::uint32_t> mediaOfUrl(const Call& call, std::uint32_t dataClass) {
  if (!call.address.isEntity() || call.address.segments.size() != 1) return std::nullopt;
  const std::uint32_t index = visibleAttribute(call.model(), dataClass, call.address.segments.front());
  if (index == model::noIndex) return std::nullopt;
  return isMedia(call.model().classes[dataClass].attributes[index]) ? std::optional(index) : std::nullopt;
}

}  // namespace

std::optional<std::uint32_t> namedMedia(const Call& call, std::uint32_t dataClass) {
  const auto named = mediaOfUrl(call, dataClass);
  return named && call.model().classes[dataClass].attributes[*named].isStorage() ? named : std::nullopt;
}

std::optional<std::uint32_t> addressedMedia(const Call& call, std::uint32_t dataClass) {
  const auto attribute = mediaOfUrl(call, dataClass);
  if (!attribute) return std::nullopt;
  const auto expand = listItems(call.parameters.text(Parameter::expand));
  const bool named = std::ranges::find(expand, std::string_view(call.address.segments.front())) != expand.end();
  return named ? attribute : std::nullopt;
}

Result<> answerMedia(Call& call, std::uint32_t dataClass, std::uint32_t attribute) {
  const auto content = load(call, dataClass, attribute);
  if (!content) return std::unexpected(content.error());
  const auto& definition = call.model().classes[dataClass].attributes[attribute];
  return definition.type == model::AttributeType::image ? answerPicture(call, *content)
                                                        : answerBlob(call, *content, definition.name);
}

UploadedContent uploadedContent(const http::Request& request) {
  const std::string_view type = request.header("Content-Type");
  if (lowerAscii(type.substr(0, 10)) == "multipart/") {
    if (const std::string_view boundary = parameterOf(type, "boundary"); !boundary.empty()) {
      return firstPart(request.body(), boundary);
    }
  }
  return {.bytes = request.body(), .mediaType = withMediaName(type, fileNameOf(request.header("Content-Disposition")))};
}

std::string pictureType(std::string_view bytes, std::string_view mediaType) {
  return withMediaName(mediaTypeOf(formatOf(bytes)), mediaName(mediaType));
}

namespace {

// A large content stays in the file that the body of the request was received into.
Upload uploadOf(const http::Request& request, std::string_view content) {
  const auto body = content.size() > Uploads::inMemory ? http::bodyFileOf(request) : nullptr;
  Upload upload;
  if (body) {
    const auto offset = static_cast<std::uint64_t>(content.data() - body->view().data());
    upload.file = body->slice(offset, content.size());
    upload.fileSize = body->size();
  } else {
    upload.bytes = content;
  }
  return upload;
}

}  // namespace

Result<> answerUpload(Call& call) {
  const UploadedContent content = uploadedContent(call.request);
  const bool picture = call.parameters.has(Parameter::rawPict);
  if (picture && !isPicture(content.bytes)) {
    return std::unexpected(malformed("The body of $rawPict is not a picture that can be read"));
  }
  auto session = call.session();
  if (!session) return std::unexpected(session.error());
  std::int64_t timeout = Uploads::defaultTimeout;
  if (const auto asked = call.parameters.integer(Parameter::timeout); asked && *asked != 0) {
    timeout = static_cast<std::int64_t>(std::min<std::uint64_t>(*asked, 86'400));
  }
  Upload upload = uploadOf(call.request, content.bytes);
  upload.mediaType = picture ? pictureType(content.bytes, content.mediaType) : content.mediaType;
  upload.picture = picture;
  upload.expires = {Instant::now().ms + timeout * 1000};
  const auto id = (*session)->uploads().store(std::move(upload), call.services.options.maximumPendingUploads);
  if (!id) {
    return std::unexpected(refused(413, "The session keeps too many uploads that no entity has taken yet"));
  }
  call.json() += fmt::format(R"({{"ID":"{}"}})", *id);
  return {};
}

}  // namespace qodly::rest
