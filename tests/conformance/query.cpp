// Runs the cases of tests/conformance/query against the embedded engine, in every state of the data: the result of a
// query never depends on indexes or on an open transaction (query.md 15, 18).
#include <algorithm>
#include <cstdlib>
#include <ctime>

#include <gtest/gtest.h>

#include "tests/conformance/query/case_file.h"
#include "tests/conformance/query/fixture.h"

namespace qodly::conformance {
namespace {

const std::string folder = QODLY_SOURCE_DIR "/tests/conformance/query";

Fixture& fixture(State state) {
  // Instants are compared with days of the server's time zone: fixed here.
  static const bool zoned = setenv("TZ", "UTC", 1) == 0 && (tzset(), true);
  (void)zoned;
  static Fixture sequential(folder + "/marina.json", State::sequential);
  static Fixture indexed(folder + "/marina.json", State::indexed);
  static Fixture transaction(folder + "/marina.json", State::transaction);
  switch (state) {
    case State::sequential:
      return sequential;
    case State::indexed:
      return indexed;
    case State::transaction:
      break;
  }
  return transaction;
}

bool isSettings(const Value& value) {
  if (!value.isObject()) return false;
  const auto& members = value.asObject().members();
  return members.empty() || !members.front().name.starts_with('$');
}

orda::QueryOptions optionsOf(const Case& item, Fixture& data) {
  orda::QueryOptions options;
  options.rest = item.rest;
  options.parameters.exposedOnly = item.rest;
  options.queryPlan = item.expected == Case::Expected::plan;
  options.queryPath = item.expected == Case::Expected::path;
  if (!item.arguments.isCollection()) return options;
  std::vector<Value> arguments = item.arguments.asCollection().elements();
  if (!arguments.empty() && isSettings(arguments.back())) {
    const Value settings = data.valueOf(arguments.back());
    options.parameters.parameters = settings.asObject().get("parameters");
    options.parameters.attributes = settings.asObject().get("attributes");
    const Value formulas = settings.asObject().get("allowFormulas");
    options.parameters.allowFormulas = formulas.type() != Type::boolean || formulas.asBoolean();
    arguments.pop_back();
  }
  for (const Value& argument : arguments) options.parameters.values.push_back(data.valueOf(argument));
  return options;
}

std::vector<std::int64_t> keysOf(const orda::EntitySelection& selection) {
  std::vector<std::int64_t> keys;
  for (const storage::RecordNumber number : selection.members().toVector()) {
    keys.push_back(selection.dataClass().load(number)->getKey().asInteger());
  }
  return keys;
}

std::string shown(const std::vector<std::int64_t>& keys) {
  return keys.empty() ? "none" : fmt::format("{}", fmt::join(keys, " "));
}

// Times differ from run to run.
void clearTimes(const Value& value) {
  if (value.isCollection()) {
    for (const Value& element : value.asCollection().elements()) clearTimes(element);
  }
  if (!value.isObject()) return;
  for (const Object::Member& item : value.asObject().members()) clearTimes(item.value);
  if (value.asObject().find("time") != nullptr) value.asObject().set("time", Value::integer(0));
}

void checkError(const Case& item, const Error& error) {
  if (item.expected != Case::Expected::error) {
    ADD_FAILURE() << "unexpected error " << error.code() << ": " << error.text();
    return;
  }
  EXPECT_EQ(error.code(), item.code) << error.text();
  if (item.position == 0) return;
  EXPECT_EQ(error.where() ? error.where()->column : 0, item.position) << error.text();
}

void checkSelection(const Case& item, const orda::EntitySelection& selection) {
  switch (item.expected) {
    case Case::Expected::error:
      ADD_FAILURE() << "expected error " << item.code << ", found " << shown(keysOf(selection));
      return;
    case Case::Expected::keys:
    case Case::Expected::orderedKeys:
      EXPECT_EQ(shown(keysOf(selection)), shown(item.keys));
      if (item.expected == Case::Expected::orderedKeys) {
        EXPECT_TRUE(selection.isOrdered());
      }
      return;
    case Case::Expected::plan:
      EXPECT_EQ(json::text(selection.queryPlan()), item.json);
      return;
    case Case::Expected::path:
      clearTimes(selection.queryPath());
      EXPECT_EQ(json::text(selection.queryPath()), item.json);
  }
}

bool isAboutPlans(const Case& item) {
  return item.expected == Case::Expected::plan || item.expected == Case::Expected::path;
}

void run(const Case& item, State state) {
  if (isAboutPlans(item) && state != State::sequential) return;
  SCOPED_TRACE(item.place + ": " + item.query);
  Fixture& data = fixture(state);
  const orda::QueryOptions options = optionsOf(item, data);
  const auto found = item.within ? data.selectionOf(item.dataClass, *item.within)->query(item.query, options)
                                 : data.dataClass(item.dataClass).query(item.query, options);
  if (found) {
    checkSelection(item, **found);
  } else {
    checkError(item, found.error());
  }
}

class QueryCases : public testing::TestWithParam<std::tuple<std::string, State>> {};

TEST_P(QueryCases, GiveTheirResults) {
  const auto& [file, state] = GetParam();
  const std::vector<Case> cases = readCases(folder + "/" + file + ".txt");
  ASSERT_FALSE(cases.empty());
  for (const Case& item : cases) run(item, state);
}

std::vector<std::string> files() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".txt") names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

std::string caseName(const testing::TestParamInfo<std::tuple<std::string, State>>& tested) {
  static constexpr std::array<std::string_view, 3> states{"sequential", "indexed", "transaction"};
  const auto& [file, state] = tested.param;
  return fmt::format("{}_{}", file, states[static_cast<std::size_t>(state)]);
}

INSTANTIATE_TEST_SUITE_P(Marina, QueryCases,
                         testing::Combine(testing::ValuesIn(files()),
                                          testing::Values(State::sequential, State::indexed, State::transaction)),
                         caseName);

}  // namespace
}  // namespace qodly::conformance
