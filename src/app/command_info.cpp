// qodly info: what a project and its data hold.
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/console.h"
#include "app/open_data.h"
#include "app/output/table.h"
#include "orda/entity.h"
#include "storage/catalogue.h"
#include "value/json.h"

namespace qodly::app {

namespace {

struct ClassInfo {
  std::string name;
  std::uint64_t entities = 0;
  std::uint64_t attributes = 0, relations = 0, layouts = 0;
  std::vector<std::string> indexes;
};

std::uint64_t sizeBelow(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_regular_file(path, error)) return std::filesystem::file_size(path, error);
  std::uint64_t total = 0;
  for (std::filesystem::recursive_directory_iterator entry(path, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;
    if (entry->is_regular_file(ignored)) total += entry->file_size(ignored);
  }
  return total;
}

ClassInfo infoOf(const orda::DataClass& dataClass) {
  ClassInfo info;
  const model::DataClass& definition = dataClass.definition();
  info.name = definition.name;
  info.entities = dataClass.getCount();
  info.layouts = dataClass.process().engine().layouts(dataClass.index())->all().size();
  for (const model::Attribute& attribute : definition.attributes) {
    ++(attribute.isStorage() ? info.attributes : info.relations);
    if (attribute.indexed) info.indexes.push_back(attribute.name);
    if (attribute.keywordIndexed) info.indexes.push_back(attribute.name + " (keywords)");
  }
  return info;
}

Value number(std::uint64_t value) { return Value::integer(static_cast<std::int64_t>(value)); }

Value toValue(const ClassInfo& info) {
  auto object = Object::make();
  object->set("name", Value::text(info.name));
  object->set("entities", number(info.entities));
  object->set("attributes", number(info.attributes));
  object->set("relations", number(info.relations));
  object->set("layouts", number(info.layouts));
  auto indexes = Collection::make();
  for (const std::string& index : info.indexes) indexes->push(Value::text(index));
  object->set("indexes", Value::collection(std::move(indexes)));
  return Value::object(std::move(object));
}

struct Info {
  std::string project, root, engine, data, locale;
  std::uint64_t dataBytes = 0, blobBytes = 0;
  std::vector<ClassInfo> classes;
  model::Diagnostics diagnostics;
};

Value toValue(const Info& info) {
  auto object = Object::make();
  object->set("project", Value::text(info.project));
  object->set("root", Value::text(info.root));
  object->set("engine", Value::text(info.engine));
  object->set("data", Value::text(info.data));
  object->set("dataFormat", number(storage::formatVersion));
  object->set("dataBytes", number(info.dataBytes));
  object->set("blobBytes", number(info.blobBytes));
  object->set("collationLocale", Value::text(info.locale));
  auto classes = Collection::make();
  for (const ClassInfo& item : info.classes) classes->push(toValue(item));
  object->set("dataClasses", Value::collection(std::move(classes)));
  auto diagnostics = Collection::make();
  for (const model::Diagnostic& diagnostic : info.diagnostics) diagnostics->push(Value::text(model::text(diagnostic)));
  object->set("diagnostics", Value::collection(std::move(diagnostics)));
  return Value::object(std::move(object));
}

void print(const Info& info) {
  fmt::print("Project    {} in {}\n", info.project, info.root);
  fmt::print("Data       {} ({}, blobs {}; format {}, {} engine, locale {})\n\n", info.data,
             readableSize(info.dataBytes), readableSize(info.blobBytes), storage::formatVersion, info.engine,
             info.locale);
  if (info.classes.empty()) {
    fmt::print("The model has no dataclass.\n");
  } else {
    Table table({"Dataclass", "Entities", "Attributes", "Relations", "Layouts", "Indexes"},
                {false, true, true, true, true, false});
    for (const ClassInfo& item : info.classes) {
      std::string indexes;
      for (const std::string& index : item.indexes) indexes += (indexes.empty() ? "" : ", ") + index;
      table.add({item.name, groupedNumber(item.entities), std::to_string(item.attributes),
                 std::to_string(item.relations), std::to_string(item.layouts), indexes});
    }
    fmt::print("{}", table.text(isTerminal(STDOUT_FILENO) ? terminalWidth(STDOUT_FILENO) : 0));
  }
  for (const model::Diagnostic& diagnostic : info.diagnostics) fmt::print("\n{}", model::text(diagnostic));
  if (!info.diagnostics.empty()) fmt::print("\n");
}

}  // namespace

int runInfo(const InfoOptions& options) {
  auto application = openForCommand(options.project, options.data, options.json);
  if (!application) return application.error();
  orda::Process process(*application->datastore);
  const auto schema = process.datastore().schema();
  Info info;
  info.project = application->project->name();
  info.root = application->project->paths().root.string();
  info.engine = process.engine().name();
  info.data = application->data.string();
  info.locale = schema->model->collationLocale;
  info.dataBytes = sizeBelow(application->data / "data.qodly");
  info.blobBytes = sizeBelow(application->data / "blobs");
  info.diagnostics = application->project->diagnostics();
  for (std::uint32_t i = 0; i < schema->model->classes.size(); ++i) {
    info.classes.push_back(infoOf(orda::DataClass(process, schema, i)));
  }
  if (options.json) {
    fmt::print("{}\n", json::text(toValue(info), {.pretty = true}));
  } else {
    print(info);
  }
  return exit_code::done;
}

}  // namespace qodly::app
