// The pages of a new project (project-format.md 23.5): login and start page.
#pragma once

#include <string_view>

namespace qodly::model {

std::string_view newLoginPage();
std::string_view newHomePage();

}  // namespace qodly::model
