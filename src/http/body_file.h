// The bodies of large requests as files.
#pragma once

#include <memory>

#include "base/file_bytes.h"
#include "http/message.h"

namespace qodly::http {

// The file that holds the body of the request that the calling fiber answers, when it is large (over 1 MiB): body() is
// a view of it. Whoever keeps it keeps the bytes, also when the request is over. nullptr: the body is in memory.
std::shared_ptr<const FileBytes> bodyFileOf(const Request& request);

}  // namespace qodly::http
