#include "app/project_roles.h"

#include <chrono>
#include <fstream>
#include <sstream>
#include <system_error>

#include <fmt/format.h>

#include "script/vm/class.h"
#include "script/vm/program.h"

namespace qodly::app {

namespace {

constexpr std::int64_t lookEvery = 1000;  // milliseconds
constexpr auto noFile = std::filesystem::file_time_type::min();

std::int64_t now() {
  const auto time = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

// Names of the model and of the project's code.
class ProjectNames final : public security::ResourceNames {
 public:
  ProjectNames(std::shared_ptr<const model::Model> model, std::shared_ptr<const script::vm::Program> program)
      : model_(std::move(model)), program_(std::move(program)) {}

  bool hasDataClass(std::string_view dataClass) const override { return model_->find(dataClass) != nullptr; }
  bool hasAttribute(std::string_view dataClass, std::string_view attribute) const override {
    const model::DataClass* found = model_->find(dataClass);
    return found != nullptr && found->find(attribute) != nullptr;
  }
  bool hasFunction(std::string_view dataClass, std::string_view function) const override {
    if (dataClass == "ds") return hasMember("DataStore", function) || hasMethod(function);
    const model::DataClass* found = model_->find(dataClass);
    if (found == nullptr) return false;
    return hasMember(found->name, function) || hasMember(found->name + "Entity", function) ||
           hasMember(found->selectionName, function);
  }
  bool hasSingleton(std::string_view singleton) const override {
    const script::vm::Class* found = program_ ? program_->userClass(singleton) : nullptr;
    return found != nullptr && found->singleton != script::vm::SingletonScope::none;
  }
  bool hasSingletonFunction(std::string_view singleton, std::string_view function) const override {
    return hasSingleton(singleton) && hasMember(singleton, function);
  }

 private:
  // Methods published on the web are named like functions of the datastore.
  bool hasMethod(std::string_view name) const { return program_ && program_->method(name) != nullptr; }
  bool hasMember(std::string_view name, std::string_view function) const {
    const script::vm::Class* found = program_ ? program_->userClass(name) : nullptr;
    return found != nullptr && found->find(function) != nullptr;
  }
  std::shared_ptr<const model::Model> model_;
  std::shared_ptr<const script::vm::Program> program_;
};

void writeReport(const std::filesystem::path& logs, const std::vector<security::RoleProblem>& problems) {
  std::error_code failed;
  const std::filesystem::path file = logs / "Roles_Errors.json";
  if (problems.empty()) {
    std::filesystem::remove(file, failed);
    return;
  }
  std::filesystem::create_directories(logs, failed);
  std::ofstream(file, std::ios::binary | std::ios::trunc) << security::rolesReport(problems);
}

}  // namespace

ProjectRoles::ProjectRoles(const Application& application, std::shared_ptr<script::vm::Runtime> scripts,
                           std::function<void(std::string_view)> tell)
    : application_(application), scripts_(std::move(scripts)), tell_(std::move(tell)), written_(noFile) {
  nextLook_ = now() + lookEvery;
  std::error_code failed;
  if (std::filesystem::exists(file(), failed)) read();
}

std::filesystem::path ProjectRoles::file() const { return application_.project->paths().sources / "roles.json"; }

void ProjectRoles::refresh() {
  std::int64_t due = nextLook_.load(std::memory_order_relaxed);
  const std::int64_t time = now();
  if (time < due || !nextLook_.compare_exchange_strong(due, time + lookEvery)) return;
  std::lock_guard lock(mutex_);
  std::error_code failed;
  const auto written = std::filesystem::last_write_time(file(), failed);
  if ((failed ? noFile : written) == written_) return;
  read();
  if (tell_) tell_("The changed roles.json is in force.");
}

void ProjectRoles::read() {
  std::error_code failed;
  written_ = std::filesystem::last_write_time(file(), failed);
  if (failed) {
    written_ = noFile;
    access_->setRoles(security::Roles());
    return writeReport(application_.project->paths().logs, {});
  }
  std::ostringstream content;
  content << std::ifstream(file(), std::ios::binary).rdbuf();
  security::Roles roles = security::Roles::read(content.view());
  const ProjectNames names(application_.datastore->model(), scripts_ ? scripts_->program() : nullptr);
  const auto problems = roles.problems(&names);
  writeReport(application_.project->paths().logs, problems);
  if (tell_ && roles.isBroken()) {
    tell_(fmt::format("roles.json cannot be read, so no data is given out: {}", problems.front().message));
  } else if (tell_ && !problems.empty()) {
    tell_(fmt::format("roles.json has {} entries that are ignored; see Logs/Roles_Errors.json", problems.size()));
  }
  access_->setRoles(std::move(roles));
}

}  // namespace qodly::app
