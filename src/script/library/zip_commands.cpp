// zipCreateArchive and zipReadArchive (commands.md 20); declared in zip_class.h.
#include <algorithm>
#include <array>
#include <mutex>

#include <fmt/format.h>

#include "script/library/file_access.h"
#include "script/library/file_class.h"
#include "script/library/folder_access.h"
#include "script/library/folder_class.h"
#include "script/library/helper_threads.h"
#include "script/library/io_error.h"
#include "script/library/option_reader.h"
#include "script/library/status_value.h"
#include "script/library/zip_class.h"
#include "script/vm/function.h"
#include "script/vm/process.h"

namespace qodly::script::library {

namespace {

constexpr std::int64_t ignoreInvisibleOption = 1;  // kZIPIgnoreInvisibleFiles
constexpr std::int64_t withoutFolderOption = 2;    // kZIPWithoutEnclosingFolder

struct Status {
  int code;
  std::string_view text;
};
constexpr Status success{0, ""};
constexpr Status cannotCreate{2, "Cannot create ZIP archive"};
constexpr Status noPassword{3, "Password is required for encryption"};
constexpr Status noSource{4, "Cannot create ZIP archive"};

Value statusObject(vm::Process& process, const Status& status, const std::optional<Error>& problem = std::nullopt) {
  auto object = Object::make(process.heap());
  object->set("success", Value::boolean(status.code == 0));
  object->set("status", numberValue(status.code));
  object->set("statusText", Value::text(status.text));
  if (problem) object->set("errors", errorCollection(process, {&*problem, 1}));
  return Value::object(std::move(object));
}

const Location* placeOf(const Value& value) {
  if (const auto* file = vm::NativeObject::from<FileObject>(value)) return &file->place();
  if (const auto* folder = vm::NativeObject::from<FolderObject>(value)) return &folder->place();
  return nullptr;
}

// How far the helper thread is, told to the process that waits.
class Progress {
 public:
  void tell(int percent) {
    std::shared_ptr<vm::Event> event;
    {
      std::lock_guard lock(mutex_);
      percent_ = percent;
      event = waiting_;
    }
    if (event) event->set();
  }
  void finish(Result<> result) {
    std::shared_ptr<vm::Event> event;
    {
      std::lock_guard lock(mutex_);
      result_ = std::move(result);
      event = waiting_;
    }
    if (event) event->set();
  }

  // Calls `callback` with every new percentage until the work is done.
  Result<Result<>> follow(vm::Process& process, const Value& callback) {
    int told = -1;
    while (true) {
      auto event = std::make_shared<vm::Event>();
      int percent = 0;
      std::optional<Result<>> result;
      {
        std::lock_guard lock(mutex_);
        percent = percent_;
        result = result_;
        waiting_ = event;
      }
      if (result && *result) percent = 100;
      if (percent > told && vm::Function::from(callback) != nullptr) {
        told = percent;
        const std::array<Value, 1> arguments{numberValue(percent)};
        if (auto called = process.call(callback, Value(), arguments); !called) return std::unexpected(called.error());
      }
      told = std::max(told, percent);
      if (result) return *result;
      if (auto woken = process.wait(*event, std::nullopt, vm::ProcessState::waitingForInputOutput); !woken) {
        return std::unexpected(woken.error());
      }
      // More may have been told meanwhile.
    }
  }

 private:
  std::mutex mutex_;
  int percent_ = 0;
  std::optional<Result<>> result_;
  std::shared_ptr<vm::Event> waiting_;
};

// The structure object of zipCreateArchive, read.
class PlanReader {
 public:
  PlanReader(vm::Process& process, const Value& structure, std::filesystem::path destination)
      : process_(process), options_(process, structure, "zipCreateArchive"), destination_(std::move(destination)) {}

  Result<zip::Plan> run() {
    plan_.compression = static_cast<zip::Compression>(options_.number("compression").value_or(8));
    const bool isDeflate = plan_.compression == zip::Compression::deflate;
    plan_.level = static_cast<int>(std::clamp(options_.number("level").value_or(isDeflate ? 6 : 4), 1.0, 10.0));
    plan_.password = options_.text("password").value_or("");
    const double encryption = options_.number("encryption").value_or(plan_.password.empty() ? 0 : 3);
    if (encryption < 0 || encryption > 3) options_.refuse("encryption", "one of the constants kZIPEncryption...");
    plan_.encryption = static_cast<zip::Encryption>(std::clamp(encryption, 0.0, 3.0));
    callback = options_.value("callback");
    const Value files = options_.value("files");
    if (!files.isCollection()) options_.refuse("files", "a collection of files and folders");
    if (auto valid = options_.problem(); !valid) return std::unexpected(valid.error());
    for (const Value& element : std::vector<Value>(files.asCollection().elements())) {
      if (auto added = add(element); !added) return std::unexpected(added.error());
    }
    return std::move(plan_);
  }

  Value callback;

 private:
  Result<> add(const Value& element) {
    if (const Location* place = placeOf(element)) return addItems(*place, place->name(), false);
    if (!element.isObject()) return wrongElement();
    OptionReader item(process_, element, "zipCreateArchive");
    const Value source = item.value("source");
    const Location* place = placeOf(source);
    if (place == nullptr) return wrongElement();
    std::string_view given;
    const std::string destination = item.text("destination").value_or("");
    given = destination;
    while (given.starts_with('/')) given.remove_prefix(1);
    const bool intoFolder = given.ends_with('/') && vm::NativeObject::from<FileObject>(source) != nullptr;
    auto name = given.empty() ? place->name() : zip::cleanName(given);
    if (!name || name->empty()) {
      return fail(fault::wrongPath, fmt::format("\"{}\" is not a path inside an archive.", destination));
    }
    if (intoFolder) *name += "/" + place->name();
    const auto option = static_cast<std::int64_t>(item.number("option").value_or(0));
    if (auto valid = item.problem(); !valid) return valid;
    return addItems(*place, *name, (option & ignoreInvisibleOption) != 0);
  }

  static Result<> wrongElement() {
    return fail(
        fault::wrongSettings,
        "zipCreateArchive: each element of \"files\" must be a 4D.File, a 4D.Folder or an object with a source.");
  }

  Result<> addItems(const Location& place, const std::string& name, bool ignoreInvisible) {
    auto items = zip::itemsOf(place, name, ignoreInvisible, destination_);
    if (!items) return std::unexpected(items.error());
    std::ranges::move(*items, std::back_inserter(plan_.items));
    return {};
  }

  vm::Process& process_;
  OptionReader options_;
  std::filesystem::path destination_;
  zip::Plan plan_;
};

Result<zip::Plan> planOf(const Location& source, bool isFolder, std::int64_t options,
                         const std::filesystem::path& target) {
  const bool bare = isFolder && (options & withoutFolderOption) != 0;
  zip::Plan plan;
  auto items =
      zip::itemsOf(source, bare ? std::string() : source.name(), (options & ignoreInvisibleOption) != 0, target);
  if (!items) return std::unexpected(items.error());
  plan.items = std::move(*items);
  return plan;
}

Result<Value> createArchive(vm::Call& call) {
  vm::Process& process = call.process();
  const Location& destination = call.native<FileObject>(1)->place();
  if (destination.isRoot()) return statusObject(process, cannotCreate);
  if (auto made = folder::ensure(destination.parent()); !made) return statusObject(process, cannotCreate, made.error());
  const auto target = destination.target();
  if (!target) return statusObject(process, cannotCreate, target.error());
  Value callback;
  Result<zip::Plan> plan;
  if (const Location* source = placeOf(call.at(0))) {
    plan = planOf(*source, call.native<FolderObject>(0) != nullptr, call.integer(2), *target);
  } else if (call.at(0).isObject()) {
    PlanReader reader(process, call.at(0), *target);
    plan = reader.run();
    callback = reader.callback;
  } else {
    return std::unexpected(call.wrongArgument(0, "a 4D.File, a 4D.Folder or an object"));
  }
  if (!plan && plan.error().code() == fault::noFile) return statusObject(process, noSource, plan.error());
  if (!plan) return std::unexpected(plan.error());
  if (plan->encryption != zip::Encryption::none && plan->password.empty()) return statusObject(process, noPassword);
  auto progress = std::make_shared<Progress>();
  runOnHelper([progress, plan = std::move(*plan), path = *target] {
    progress->finish(zip::write(plan, path, [&](int percent) { progress->tell(percent); }));
  });
  const auto done = progress->follow(process, callback);
  if (!done) return std::unexpected(done.error());
  return *done ? statusObject(process, success) : statusObject(process, cannotCreate, done->error());
}

Result<Value> readArchive(vm::Call& call) {
  const Location& place = call.native<FileObject>(0)->place();
  const auto path = place.target();
  if (!path) return std::unexpected(path.error());
  auto reader = zip::Reader::open(*path, place.path(), std::string(call.text(1)));
  if (!reader) return std::unexpected(reader.error());
  return zipArchiveValue(std::move(*reader));
}

constexpr std::array rows{
    vm::FunctionRow{"zipCreateArchive",
                    "(source: 4D.File|4D.Folder|object, destinationFile: 4D.File, options?: integer) : object",
                    &createArchive, "Makes a ZIP archive of a file, a folder or a list of both."},
    vm::FunctionRow{"zipReadArchive", "(zipFile: 4D.File, password?: string) : 4D.ZipArchive", &readArchive,
                    "Opens a ZIP archive without extracting it."},
};

}  // namespace

std::span<const vm::FunctionRow> zipCommands() { return rows; }

}  // namespace qodly::script::library
