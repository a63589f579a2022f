// Pictures and blobs as content: reading them, sending them ahead of an entity, storing them directly (rest.md 14).
#pragma once

#include <optional>

#include "rest/call.h"

namespace qodly::rest {

// `/Book[7]/cover?$expand=cover`: the URL is exactly one picture or blob attribute that $expand names too.
std::optional<std::uint32_t> addressedMedia(const Call& call, std::uint32_t dataClass);
Result<> answerMedia(Call& call, std::uint32_t dataClass, std::uint32_t attribute);

// `/Book[7]/cover` alone, whatever $expand says: where a direct upload goes.
std::optional<std::uint32_t> namedMedia(const Call& call, std::uint32_t dataClass);

// POST /rest/$upload
Result<> answerUpload(Call& call);

// The content of a request body: the first file part of a multipart body (O-37), else the body itself.
struct UploadedContent {
  std::string_view bytes;
  std::string mediaType;  // with the name of the file, when it was told (value/media_name.h)
};
UploadedContent uploadedContent(const http::Request& request);
// The media type of a picture by its bytes, with the name that stands in the one that was sent.
std::string pictureType(std::string_view bytes, std::string_view mediaType);

}  // namespace qodly::rest
