#include "rest/provisional.h"

#include "storage/record.h"

namespace qodly::rest {

namespace {

Result<> append(Call& call, orda::Entity& entity, const EntityWriter& writer, bool withKey, std::string& out) {
  const std::uint32_t dataClass = entity.dataClass().index();
  const auto& attributes = entity.dataClass().definition().attributes;
  if (withKey) (void)entity.getKey();
  storage::RecordBuilder builder(call.engine().currentLayout(dataClass));
  for (std::uint32_t index = 0; index < attributes.size(); ++index) {
    if (!attributes[index].isStorage()) continue;
    if (auto done = call.engine().encode(builder, dataClass, index, entity.get(index)); !done) return done;
  }
  std::string bytes = builder.finish();
  storage::patchStamp(bytes, entity.getStamp(), entity.isNew() ? Instant::now() : entity.savedAt());
  const auto layouts = call.engine().layouts(dataClass);
  const storage::RecordView record(bytes, *layouts);

  Gathered gathered;
  const storage::RecordNumber number = entity.number();
  if (writer.needsGathering()) {
    if (auto done = writer.gather(call.process(), entity, record, gathered); !done) return done;
  }
  AnswerScope answer(call, &gathered);
  if (withKey) {
    writer.writeUpdated(number, record, answer.scope, out);
  } else {
    writer.writeNew(number, record, answer.scope, out);
  }
  return answer.scope.failure ? Result<>(std::unexpected(*answer.scope.failure)) : Result<>();
}

}  // namespace

Result<> appendProvisional(Call& call, orda::Entity& entity, const EntityWriter& writer, std::string& out) {
  return append(call, entity, writer, true, out);
}

Result<> appendInMemory(Call& call, orda::Entity& entity, const EntityWriter& writer, std::string& out) {
  return append(call, entity, writer, !entity.isNew(), out);
}

}  // namespace qodly::rest
