// A new instance folder for one test, removed behind it.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "base/text.h"
#include "security/instance.h"

namespace qodly::security {

class WithInstance : public ::testing::Test {
 protected:
  WithInstance() : instance(Instance::open(folder).value()) {}
  ~WithInstance() override { std::filesystem::remove_all(folder); }
  void write(const std::string& name, std::string_view content) const {
    std::ofstream(folder / name, std::ios::binary | std::ios::trunc) << content;
  }
  std::filesystem::path folder = std::filesystem::temp_directory_path() / ("qodly-users-" + randomHex(8));
  Instance instance;
};

}  // namespace qodly::security
