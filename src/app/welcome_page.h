// The page behind `/` of an application that has no start page (project-format.md 23.2): its model with live counts and
// REST requests to click on.
#pragma once

#include <string>

#include "model/project.h"

namespace qodly::app {

// Complete HTML; everything that comes from the project is escaped. Title, description and credits come from the
// project's Shared/manifest.json when it has one.
std::string welcomePage(const model::Project& project);

}  // namespace qodly::app
