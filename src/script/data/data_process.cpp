#include "script/data/data_process.h"

#include <atomic>

#include <unistd.h>

#include "script/data/script_behaviour.h"
#include "script/data/web_session.h"
#include "script/vm/program.h"
#include "script/vm/runtime.h"

namespace qodly::script::data {

namespace {

std::string hostName() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "";
}

orda::Identity identityOf(vm::Process& process) {
  orda::Identity identity;
  identity.taskName = process.name();
  identity.taskId = static_cast<std::uint64_t>(process.number());
  static const std::string host = hostName();
  identity.hostName = host;
  if (WebSession* session = sessionOf(process)) identity.userName = session->userName();
  return identity;
}

}  // namespace

DataProcess::DataProcess(vm::Process& process) : process_(process) {}

namespace {

// Grows with every DataProcess that ends: what was found before may be gone.
std::atomic<std::uint64_t> ended{0};

}  // namespace

DataProcess::~DataProcess() { ended.fetch_add(1, std::memory_order_acq_rel); }

DataProcess& DataProcess::of(vm::Process& process) {
  // Loops over selections ask again and again.
  thread_local struct {
    const vm::Process* process = nullptr;
    std::uint64_t ended = 0;
    DataProcess* data = nullptr;
  } last;
  const std::uint64_t now = ended.load(std::memory_order_acquire);
  if (last.process != &process || last.ended != now) {
    last.data = &process.extension<DataProcess>(process);
    last.process = &process;
    last.ended = now;
  }
  return *last.data;
}

void DataProcess::adopt(vm::Process& process, orda::Process& existing) { of(process).orda_ = &existing; }

orda::Process& DataProcess::orda() {
  if (orda_ == nullptr) {
    own_.emplace(process_.runtime().service<DataService>()->datastore, identityOf(process_));
    own_->setBehaviour(behaviourOf(process_));
    orda_ = &*own_;
  }
  return *orda_;
}

void DataProcess::refresh() {
  const orda::Datastore& datastore = orda().datastore();
  auto program = process_.runtime().program();
  if (schema_.get() == datastore.currentSchema() && program == program_) return;
  if (schema_.get() != datastore.currentSchema()) {
    schema_ = datastore.schema();
    handles_.clear();
  }
  if (program != program_) functions_.clear();
  program_ = std::move(program);
  const auto& classes = schema_->model->classes;
  classes_.assign(classes.size(), {});
  handles_.resize(classes.size());
  datastoreClass_ = nullptr;
  if (!program_) return;
  const auto find = [&](const std::string& name, std::string_view extends) -> const vm::Class* {
    const vm::Class* found = program_->userClass(name);
    return found != nullptr && found->extends == extends ? found : nullptr;
  };
  for (std::size_t i = 0; i < classes.size(); ++i) {
    classes_[i].roles[0] = find(classes[i].name, "DataClass");
    classes_[i].roles[1] = find(classes[i].name + "Entity", "Entity");
    classes_[i].roles[2] = find(classes[i].selectionName, "EntitySelection");
  }
  datastoreClass_ = find("DataStore", "DataStoreImplementation");
}

const std::shared_ptr<const orda::Schema>& DataProcess::schema() {
  refresh();
  return schema_;
}

const std::shared_ptr<const vm::Program>& DataProcess::program() {
  refresh();
  return program_;
}

Value DataProcess::datastore() {
  if (datastore_.isUndefined()) datastore_ = Value::handle(Ref<Handle>(new DatastoreHandle));
  return datastore_;
}

Value DataProcess::dataClass(std::uint32_t index) {
  refresh();
  if (index >= handles_.size()) return {};
  Value& handle = handles_[index];
  if (handle.isUndefined()) handle = Value::handle(Ref<Handle>(new DataClassHandle(schema_, index)));
  return handle;
}

Value DataProcess::dataClassNamed(std::string_view name) {
  const std::uint32_t index = schema()->model->indexOf(name);
  return index == model::noIndex ? Value() : dataClass(index);
}

const vm::Class* DataProcess::classOf(std::uint32_t index, ModelRole role) {
  refresh();
  return index < classes_.size() ? classes_[index].roles[static_cast<std::size_t>(role)] : nullptr;
}

const vm::Class* DataProcess::datastoreClass() {
  refresh();
  return datastoreClass_;
}

Value DataProcess::function(const vm::Class& owner, const compile::Code& code) {
  Value& known = functions_[&code];
  if (known.isUndefined()) {
    known = Value::handle(Ref<Handle>::sharing(vm::Function::user(program_->unitOf(code), code, &owner).get()));
  }
  return known;
}

}  // namespace qodly::script::data
