// Single records and keys, for the paths of ORDA and REST that need no plan.
#pragma once

#include <memory>

#include "engine/embedded/overlay_keys.h"
#include "engine/embedded/view.h"
#include "orda/engine.h"

namespace qodly::engine {

class EmbeddedReader final : public orda::Reader {
 public:
  EmbeddedReader(const storage::Store& store, std::shared_ptr<const Catalog> catalog, const orda::Overlay* overlay,
                 OverlayKeys& overlayKeys);

  RecordView record(std::uint32_t dataClass, RecordNumber number) override;
  RecordNumber findUnique(std::uint32_t dataClass, std::uint32_t attribute, const Value& key) override;
  std::uint64_t count(std::uint32_t dataClass) override;
  void records(std::uint32_t dataClass, std::span<const RecordNumber> numbers,
               const std::function<bool(std::size_t, const RecordView&)>& visit) override;

 private:
  RecordNumber findCommitted(std::uint32_t dataClass, const StoredAttribute& attribute, const Value& key);
  // The record where a sequence would have put the key, if it is there; noRecord says nothing.
  RecordNumber guess(storage::TableId table, const StoredAttribute& attribute, std::int64_t key);
  RecordView changed(std::uint32_t dataClass, const storage::Change& change) const;
  // For committed records whose numbers lie close together.
  void passOver(std::uint32_t dataClass, std::span<const RecordNumber> numbers,
                const std::function<bool(std::size_t, const RecordView&)>& visit);

  const storage::Store& store_;
  std::shared_ptr<const Catalog> catalog_;
  const orda::Overlay* overlay_;
  OverlayKeys& overlayKeys_;
  std::unique_ptr<storage::ReadScope> scope_;
  // The committed record read last: who finds a key reads its record next.
  storage::RecordId last_;
  RecordView lastRecord_;
};

}  // namespace qodly::engine
