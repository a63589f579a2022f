// Sessions that a command asks to end (`qodly session drop`): one small file each in the instance folder, taken by the
// server within a second, or by the next one that starts.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "security/instance.h"

namespace qodly::app {

struct SessionEnd {
  std::string id;    // of the session; "": all of the user
  std::string user;  // name of the user as the session has it
};

Result<> askToEnd(const security::Instance& instance, const SessionEnd& end);
// What was asked for since the last time; each is told once. Files that cannot be read are removed.
std::vector<SessionEnd> takeEnds(const security::Instance& instance);

}  // namespace qodly::app
