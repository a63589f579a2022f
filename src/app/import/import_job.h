// One import from its first row to its last: reads and encodes rows on the calling thread while another commits them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "app/commands.h"
#include "app/import/import_state.h"
#include "base/error.h"
#include "orda/datastore.h"
#include "script/vm/runtime.h"

namespace qodly::app {

struct ImportReport {
  ImportState state;                   // counts of the whole import, those before a resume included
  std::uint64_t resumedAfter = 0;      // rows that an earlier run had read
  bool alreadyFinished = false;        // --resume of an import that is complete
  std::vector<std::string> unmatched;  // columns that went nowhere
  std::vector<std::string> reasons;    // of the first rejected rows
  std::filesystem::path rejects, log;  // exist when rows were rejected
};

// Told by the calling thread, of this run: rows read, bytes read, bytes there are to read (0: unknown).
using ImportProgress = std::function<void(std::uint64_t rows, std::uint64_t bytes, std::uint64_t size)>;

// Errors: wrongArgument and attributeNotFound (usage), fileNotFound, malformedJson (nothing further of the file can be
// read; what came before is committed), dataUnavailable (--resume of a changed file or with other settings), and those
// of the engine. `notice` is told remarks while the work goes on.
// `runtime`: runs the code of a dataclass that has some (entity_rows.h); null: no code runs.
Result<ImportReport> runImportJob(orda::Datastore& datastore, std::uint32_t dataClass, const ImportOptions& options,
                                  const ImportProgress& progress, const std::function<void(std::string_view)>& notice,
                                  const std::shared_ptr<script::vm::Runtime>& runtime = {});

}  // namespace qodly::app
