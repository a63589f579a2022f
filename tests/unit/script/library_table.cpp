// The table of all commands and classes: every row is readable and complete.
#include <gtest/gtest.h>

#include "script/library/library.h"

namespace qodly::script::library {
namespace {

class LibraryTable : public testing::Test {
 protected:
  // Making it reads every signature and refuses two rows of one name.
  std::unique_ptr<const vm::Builtins> library_ = Library::make();
};

TEST_F(LibraryTable, CommandsAreNamedAndDescribed) {
  ASSERT_FALSE(library_->commands().empty());
  for (const vm::Command& command : library_->commands()) {
    EXPECT_NE(command.row->run, nullptr) << command.row->name;
    EXPECT_TRUE(command.row->doc.ends_with('.')) << command.row->name;
    EXPECT_TRUE(library_->command(command.row->name).has_value());
  }
}

TEST_F(LibraryTable, ClassesAreDescribed) {
  for (const vm::NativeClass* definition : library_->nativeClasses()) {
    EXPECT_FALSE(definition->doc.empty()) << definition->name;
    for (const vm::FunctionRow& row : definition->functions) {
      EXPECT_NE(row.run, nullptr) << definition->name << '.' << row.name;
      EXPECT_FALSE(row.doc.empty()) << definition->name << '.' << row.name;
      EXPECT_EQ(definition->function(row.name), &row);
    }
    for (const vm::PropertyRow& row : definition->properties) {
      EXPECT_NE(row.get, nullptr) << definition->name << '.' << row.name;
      EXPECT_FALSE(row.doc.empty()) << definition->name << '.' << row.name;
    }
    if (definition->superclass.empty()) continue;
    EXPECT_NE(library_->nativeClass(definition->superclass), nullptr) << definition->name;
  }
}

TEST_F(LibraryTable, ConstantsHaveValues) {
  EXPECT_EQ(library_->constant("kDiacritical")->asInteger(), 8);
  EXPECT_EQ(library_->constant("MAXLONG")->asInteger(), 2147483647);
  EXPECT_EQ(library_->constant("mail mode UTF8")->asText(), "US-ASCII_UTF8_QP");
  EXPECT_FALSE(library_->constant("noSuchConstant"));
}

}  // namespace
}  // namespace qodly::script::library
