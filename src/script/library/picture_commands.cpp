// What a picture is kept as: its bytes, with a media type such as `image/png; name="a.png"` in which the default file
// name stands, or the name of a codec that is not known here.
#include "script/library/picture_commands.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "script/library/blob_class.h"
#include "script/library/format_regional.h"
#include "script/library/picture_tags.h"
#include "script/vm/process.h"
#include "value/media_name.h"
#include "value/picture.h"

namespace qodly::script::library {

namespace {

using vm::Call;

std::string_view codecOf(const BlobBox& picture) { return withoutMediaName(picture.mediaType); }

std::string fileNameOf(const BlobBox& picture) {
  const std::string_view name = mediaName(picture.mediaType);
  return name.empty() ? picture.path.substr(picture.path.rfind('/') + 1) : std::string(name);
}

// OK = 1 or 0 (commands.md 1.6).
void tell(Call& call, bool ok) { call.process().okVariable = ok; }

// The bytes of the picture argument; nullopt when it is empty.
Result<Value> pictureAt(Call& call, std::size_t index) {
  const Value& picture = call.at(index);
  if (picture.type() != Type::picture) return Value();
  return loadedBlob(call.process(), picture);
}

std::string_view bytesOf(const Value& picture) {
  return picture.type() == Type::picture ? std::string_view(picture.asBlob().bytes) : std::string_view();
}

// The picture in that codec; nullopt when it cannot be.
std::optional<std::string> encoded(const Value& picture, std::string_view codec, int quality) {
  const std::string_view bytes = bytesOf(picture);
  if (bytes.empty()) return std::nullopt;
  if (equalsIgnoringAsciiCase(codecOf(picture.asBlob()), codec)) return std::string(bytes);
  const auto format = formatNamed(codec);
  if (!format) return std::nullopt;
  if (*format == formatOf(bytes)) return std::string(bytes);
  return convertPicture(bytes, *format, quality);
}

Result<Value> blobToPictureCommand(Call& call) {
  const auto blob = loadedBlob(call.process(), call.at(0));
  if (!blob) return std::unexpected(blob.error());
  const std::string& bytes = blob->asBlob().bytes;
  const std::string_view codec = call.text(2);
  Value picture = Value::null();
  if (!codec.empty() && !formatNamed(codec) && !bytes.empty()) {
    picture = Value::picture(bytes, std::string(codec.substr(0, 200)));
  } else if (isPicture(bytes)) {
    picture = makePicture(bytes);
  }
  tell(call, !picture.isNull());
  call.setOut(1, picture);
  return Value();
}

constexpr int bestQuality = 100;

Result<Value> pictureToBlobCommand(Call& call) {
  const auto picture = pictureAt(call, 0);
  if (!picture) return std::unexpected(picture.error());
  auto bytes = encoded(*picture, call.text(2), bestQuality);
  tell(call, bytes.has_value());
  call.setOut(1, Value::blob(std::move(bytes).value_or("")));
  return Value();
}

Result<Value> convertPictureCommand(Call& call) {
  const auto picture = pictureAt(call, 0);
  if (!picture) return std::unexpected(picture.error());
  const double compression = std::clamp(call.number(2, 1), 0.0, 1.0);
  const auto format = formatNamed(call.text(1));
  const auto quality = std::max(1, static_cast<int>(std::lround(compression * bestQuality)));
  // Given a quality, a picture of the same format is encoded again.
  auto bytes = call.given(2) && format && !bytesOf(*picture).empty()
                   ? qodly::convertPicture(bytesOf(*picture), *format, quality)
                   : encoded(*picture, call.text(1), quality);
  tell(call, bytes.has_value());
  if (bytes) call.setOut(0, makePicture(std::move(*bytes), fileNameOf(picture->asBlob())));
  return Value();
}

Result<Value> createThumbnailCommand(Call& call) {
  constexpr std::int64_t scaledToFit = 2;
  constexpr std::int64_t proportional = 5;
  constexpr std::int64_t centred = 6;
  constexpr std::int64_t side = 48;
  const auto source = pictureAt(call, 0);
  if (!source) return std::unexpected(source.error());
  const auto width = static_cast<int>(std::clamp<std::int64_t>(call.integer(2, side), 0, INT32_MAX));
  const auto height = static_cast<int>(std::clamp<std::int64_t>(call.integer(3, side), 0, INT32_MAX));
  const std::int64_t mode = call.integer(4, centred);
  const auto bitmap = bytesOf(*source).empty() ? std::nullopt : Bitmap::decode(bytesOf(*source));
  std::optional<Bitmap> thumbnail;
  if (bitmap && mode == scaledToFit) {
    thumbnail =
        bitmap->scaled(static_cast<double>(width) / bitmap->width(), static_cast<double>(height) / bitmap->height());
  } else if (bitmap) {
    thumbnail = bitmap->fitted(width, height, mode != proportional);
  }
  const PictureFormat format = formatOf(bytesOf(*source));
  auto bytes =
      thumbnail ? thumbnail->encode(format == PictureFormat::jpeg ? format : PictureFormat::png) : std::nullopt;
  call.setOut(1, bytes ? makePicture(std::move(*bytes)) : Value::null());
  return Value();
}

Result<Value> picturePropertiesCommand(Call& call) {
  const auto picture = pictureAt(call, 0);
  if (!picture) return std::unexpected(picture.error());
  const PictureSize size = bytesOf(*picture).empty() ? PictureSize{} : pictureSize(bytesOf(*picture));
  call.setOut(1, Value::integer(size.width));
  call.setOut(2, Value::integer(size.height));
  for (const std::size_t display : {3U, 4U, 5U}) call.setOut(display, Value::integer(0));
  return Value();
}

Result<Value> pictureSizeCommand(Call& call) {
  const auto picture = pictureAt(call, 0);
  if (!picture) return std::unexpected(picture.error());
  return Value::integer(static_cast<std::int64_t>(bytesOf(*picture).size()));
}

Result<Value> getPictureFileNameCommand(Call& call) {
  const Value& picture = call.at(0);
  return Value::text(picture.type() == Type::picture ? fileNameOf(picture.asBlob()) : std::string());
}

Result<Value> setPictureFileNameCommand(Call& call) {
  const auto picture = pictureAt(call, 0);
  if (!picture) return std::unexpected(picture.error());
  if (picture->type() != Type::picture) return Value();
  const BlobBox& box = picture->asBlob();
  call.setOut(0, Value::picture(box.bytes, withMediaName(codecOf(box), call.text(1))));
  return Value();
}

// The pairs of a name and a variable behind the picture.
Result<Value> getPictureMetadataCommand(Call& call) {
  const auto picture = pictureAt(call, 0);
  if (!picture) return std::unexpected(picture.error());
  const auto bitmap = bytesOf(*picture).empty() ? std::nullopt : Bitmap::decode(bytesOf(*picture));
  const auto tags = bitmap ? readPictureTags(*bitmap) : std::vector<PictureTag>();
  bool allFound = bitmap.has_value();
  for (std::size_t name = 1; name + 1 < call.count(); name += 2) {
    if (!call.at(name).isText()) return std::unexpected(call.wrongArgument(name, "the name of a tag"));
    auto contents = tagContents(call.process(), tags, call.text(name), call.at(name + 1));
    allFound = allFound && contents.has_value();
    call.setOut(name + 1, std::move(contents).value_or(Value()));
  }
  tell(call, allFound);
  return Value();
}

Result<Value> setPictureMetadataCommand(Call& call) {
  const auto picture = pictureAt(call, 0);
  if (!picture) return std::unexpected(picture.error());
  std::vector<PictureTag> changes;
  for (std::size_t name = 1; name + 1 < call.count(); name += 2) {
    if (!call.at(name).isText()) return std::unexpected(call.wrongArgument(name, "the name of a tag"));
    if (!addTagChanges(call.text(name), call.at(name + 1), changes)) {
      return std::unexpected(call.wrongArgument(name, "the name of a tag or block and its contents"));
    }
  }
  const PictureFormat format = formatOf(bytesOf(*picture));
  const bool keepsMetadata = format == PictureFormat::jpeg || format == PictureFormat::png ||
                             format == PictureFormat::tiff || format == PictureFormat::webp;
  const auto bitmap = keepsMetadata ? Bitmap::decode(bytesOf(*picture)) : std::nullopt;
  constexpr int quality = 95;
  auto bytes = bitmap ? withPictureTags(*bitmap, changes).encode(format, quality) : std::nullopt;
  tell(call, bytes.has_value());
  if (bytes) call.setOut(0, makePicture(std::move(*bytes), fileNameOf(picture->asBlob())));
  return Value();
}

constexpr auto rows = std::to_array<vm::FunctionRow>({
    {"blobToPicture", "(pictureBlob: blob, out aPicture: picture, codec?: string)", blobToPictureCommand,
     "Makes a picture of the bytes of a blob."},
    {"pictureToBlob", "(aPicture: picture, out pictureBlob: blob, codec: string)", pictureToBlobCommand,
     "Puts a picture into a blob, encoded as told (\".png\", \"image/jpeg\"...)."},
    {"convertPicture", "(inout aPicture: picture, codec: string, compression?: number)", convertPictureCommand,
     "Encodes a picture anew; compression from 0 to 1 is the quality."},
    {"createThumbnail",
     "(source: picture, out dest: picture, width?: integer, height?: integer, mode?: integer, depth?: integer)",
     createThumbnailCommand, "Makes a small picture of a picture; 48 by 48 pixels unless told."},
    {"pictureProperties",
     "(aPicture: picture, out width: integer, out height: integer, out hOffset?: integer, out vOffset?: integer, "
     "out mode?: integer)",
     picturePropertiesCommand, "The width and height of a picture in pixels."},
    {"pictureSize", "(aPicture: picture) : integer", pictureSizeCommand,
     "The size of a picture in bytes; 0 when empty."},
    {"getPictureFileName", "(aPicture: picture) : string", getPictureFileNameCommand,
     "The default file name of a picture."},
    {"setPictureFileName", "(inout aPicture: picture, fileName: string)", setPictureFileNameCommand,
     "Gives a picture a default file name."},
    {"getPictureMetadata",
     "(aPicture: picture, metaName: string, inout metaContents: variable, metaName2?: string, inout metaContents2?: "
     "variable, metaName3?: string, inout metaContents3?: variable, metaName4?: string, inout metaContents4?: "
     "variable, "
     "metaName5?: string, inout metaContents5?: variable, metaName6?: string, inout metaContents6?: variable)",
     getPictureMetadataCommand,
     "Reads metadata: names of tags (\"EXIF/Model\") or blocks, each followed by a variable for its contents."},
    {"setPictureMetadata", "(inout aPicture: picture, ...metadata: any)", setPictureMetadataCommand,
     "Writes metadata: names of tags or blocks, each followed by its contents."},
});

}  // namespace

std::span<const vm::FunctionRow> pictureCommands() { return rows; }

Value makePicture(std::string bytes, std::string_view fileName) {
  const PictureFormat format = formatOf(bytes);
  return Value::picture(std::move(bytes), withMediaName(mediaTypeOf(format), fileName));
}

}  // namespace qodly::script::library
