#include "rest/provisional.h"

#include "storage/record.h"

namespace qodly::rest {

Result<> appendProvisional(Call& call, orda::Entity& entity, const EntityWriter& writer, std::string& out) {
  const std::uint32_t dataClass = entity.dataClass().index();
  const auto& attributes = entity.dataClass().definition().attributes;
  (void)entity.getKey();
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
  if (writer.needsGathering() && !entity.isNew()) {
    if (auto done = writer.gather(call.engine(), call.overlay(), std::span(&number, 1), gathered); !done) return done;
  }
  AnswerScope answer(call, &gathered);
  writer.writeUpdated(number, record, answer.scope, out);
  return answer.scope.failure ? Result<>(std::unexpected(*answer.scope.failure)) : Result<>();
}

}  // namespace qodly::rest
