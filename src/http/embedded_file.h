// A file that is part of the executable, sent as one on disk would be: with a validator, in ranges, and in its brotli
// form to whoever prefers that.
#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

namespace qodly::http {

struct EmbeddedFile {
  std::string_view bytes;   // static storage, as all
  std::string_view brotli;  // "": none
  std::string etag;         // validatorOf(bytes)
};

// `"<hash>"`, the same for the same bytes.
std::string validatorOf(std::string_view bytes);

// The body and what belongs to it; the content type must be set before. 304 to whoever has it already.
void sendEmbedded(const EmbeddedFile& file, const Request& request, Response& response);

}  // namespace qodly::http
