// The data model in the language: what no case file can show.
#include <thread>

#include <gtest/gtest.h>

#include "script/data/code_model.h"
#include "script/data/install.h"
#include "tests/unit/script/data_fixture.h"

namespace qodly::script::data::test {
namespace {

TEST(DataModel, ReadsAndWritesEntities) {
  Library library;
  EXPECT_EQ(library.run("return ds.Book.get(7).title"), "\"Tidal Maps\"");
  EXPECT_EQ(library.run("var b = ds.Book.get(7)\nb.title = \"x\"\nreturn b.save().success"), "true");
  EXPECT_EQ(library.run("return ds.Book.query(\"title == :1\", \"x\").ID"), "[7]");
}

TEST(DataModel, FollowsClassesThatChange) {
  const std::string get = "extends Entity\n\nfunction get label() : string\n  return ";
  Library library(Classes{{"BookEntity", get + "\"one\"\n"}});
  EXPECT_EQ(library.run("return ds.Book.get(1).label"), "\"one\"");
  library.load({{"BookEntity", get + "\"two\"\n"}});
  EXPECT_EQ(library.run("return ds.Book.get(1).label"), "\"two\"");
  library.load({});
  EXPECT_EQ(library.run("return ds.Book.get(1).label"), "undefined");
}

TEST(DataModel, EntitiesFollowTheModelThatChanges) {
  Library library;
  const auto entity = library.process().evaluate("ds.Book.get(7)");
  ASSERT_TRUE(entity.has_value());
  library.load({{"BookEntity", "extends Entity\n\nfunction get label() : string\n  return \"now\"\n"}});
  library.process().beginTask();
  EXPECT_EQ(library.process().property(*entity, "label")->asText(), "now");
  EXPECT_EQ(library.process().property(*entity, "title")->asText(), "Tidal Maps");
}

TEST(DataModel, TellsWhatIsWrongWithClasses) {
  const Library library(
      Classes{{"BookEntity",
               "extends Entity\n\nfunction get title() : string\n  return \"x\"\n\n"
               "function set nothing(value : string)\n\nfunction event saving nowhere(event : object)\n\n"
               "function event afterSave title(event : object)\n"}});
  EXPECT_EQ(library.problems().size(), 4U);
}

TEST(DataModel, FilterHoldsForEveryWay) {
  Library library(Classes{{"Book",
                           "extends DataClass\n\nfunction event restrict() : cs.BookSelection\n"
                           "  return this.query(\"pages < 250\")\n"}});
  EXPECT_EQ(library.run("return ds.Book.all().length"), "3");
  orda::Process other(library.datastore());
  EXPECT_EQ(orda::DataClass::find(other, "Book")->all()->length(), 3U);
  EXPECT_FALSE(orda::DataClass::find(other, "Book")->get(Value::integer(8)));
}

TEST(DataModel, SelectionsCrossProcesses) {
  Library library;
  library.run("use (storage)\n  storage.books = ds.Book.query(\"pages > 300\")\nend");
  std::string seen;
  std::thread([&] {
    vm::Process other(library.runtime(), "other", vm::ProcessType::worker);
    const auto books = other.property(library.runtime()->storage(), "books");
    ASSERT_TRUE(books.has_value());
    const auto length = other.property(*books, "length");
    ASSERT_TRUE(length.has_value());
    EXPECT_EQ(length->asNumber(), 4);
    const auto first = other.callFunction(*books, "first", {});
    ASSERT_TRUE(first.has_value());
    EXPECT_EQ(other.property(*first, "title")->asText(), "Winter Tides");
  }).join();
}

TEST(DataModel, LocksBelongToTheProcess) {
  Library library;
  EXPECT_EQ(library.run("var e = ds.Author.get(1)\nvar s = e.lock()\nuse (storage)\nend\nreturn s.success"), "true");
  vm::Process holder(library.runtime(), "holder", vm::ProcessType::worker);
  const auto entity = holder.evaluate("ds.Author.get(2)");
  ASSERT_TRUE(entity.has_value());
  ASSERT_TRUE(holder.callFunction(*entity, "lock", {}).has_value());
  EXPECT_EQ(library.run("var e = ds.Author.get(2)\ne.name = \"x\"\nvar s = e.save()\nreturn [s.status, s.lockKindText, "
                        "s.lockInfo.task_name]"),
            "[3,\"Locked by record\",\"holder\"]");
}

TEST(DataModel, TransactionsEndWithTheProcess) {
  Library library;
  {
    vm::Process process(library.runtime(), "dies", vm::ProcessType::worker);
    ASSERT_TRUE(process.evaluate("ds.startTransaction()").has_value());
    const auto entity = process.evaluate("ds.Author.get(1)");
    ASSERT_TRUE(process.setProperty(*entity, "name", Value::text("lost")).has_value());
    ASSERT_TRUE(process.callFunction(*entity, "save", {}).has_value());
    EXPECT_EQ(library.run("return ds.Author.get(1).name"), "\"A. Dahl\"");
  }
  EXPECT_EQ(library.run("return ds.Author.get(1).name"), "\"A. Dahl\"");
  EXPECT_EQ(library.run("var e = ds.Author.get(1)\ne.name = \"free\"\nreturn e.save().success"), "true");
}

TEST(DataModel, ApplicationEventsRun) {
  Library library(Classes{{"QodlyEvents",
                           "shared singleton constructor()\n\nshared function onStartup()\n  use (storage)\n"
                           "    storage.started = newSharedObject(\"books\", ds.Book.getCount())\n  end\n"}});
  startApplication(library.runtime());
  EXPECT_EQ(library.run("return storage.started.books"), "8");
  stopApplication(library.runtime());
}

TEST(DataModel, ListsExposedFunctions) {
  Library library(Classes{{"Book",
                           "extends DataClass\n\nexposed onHttpGet function a() : string\n  return \"\"\n\n"
                           "function b()\n\nexposed function c()\n"}});
  const auto program = library.runtime()->program();
  const auto found = exposedFunctions(*program, library.datastore().model()->find("Book"));
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].name, "a");
  EXPECT_TRUE(found[0].onHttpGet);
  EXPECT_EQ(found[1].appliesTo, "dataClass");
}

TEST(DataModel, RecursionThroughEventsEnds) {
  Library library(Classes{{"AuthorEntity",
                           "extends Entity\n\nfunction event saving(event : object)\n"
                           "  this.country = \"again\"\n  this.save()\n"}});
  const std::string result = library.run("var e = ds.Author.get(1)\ne.name = \"x\"\nreturn e.save().success");
  EXPECT_TRUE(result.starts_with("error") || result == "false") << result;
}

}  // namespace
}  // namespace qodly::script::data::test
