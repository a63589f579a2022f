#include "http/body_file.h"

#include "http/fiber.h"

namespace qodly::http {

std::shared_ptr<const FileBytes> bodyFileOf(const Request& request) {
  const FiberTask* task = FiberPool::running();
  return task != nullptr ? task->bodyFile(request) : nullptr;
}

}  // namespace qodly::http
