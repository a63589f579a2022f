// Putting the parts of an import together.
#include "app/import/import_job.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include <fmt/format.h>

#include "app/import/committer.h"
#include "app/import/csv_source.h"
#include "app/import/json_source.h"
#include "app/import/row_values.h"
#include "base/error_codes.h"
#include "base/text.h"
#include "storage/store.h"

namespace qodly::app {

namespace {

// For the guess how many rows a file holds.
constexpr std::uint64_t usualRowBytes = 100;
constexpr std::size_t maximumBatchBytes = std::size_t{32} << 20;
constexpr std::uint64_t rowsPerProgress = 256;
constexpr std::uint32_t entitiesPerCommit = 1000;  // admin.md 21.1

Error usage(std::string message) { return Error(code::wrongArgument, "dbmg", std::move(message)); }

Result<std::string> formatOf(const ImportOptions& options) {
  if (!options.format.empty()) return options.format;
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> extensions = {{
      {".json", "json"},
      {".ndjson", "ndjson"},
      {".jsonl", "ndjson"},
      {".jsonlines", "ndjson"},
      {".csv", "csv"},
      {".tsv", "csv"},
      {".txt", "csv"},
  }};
  const std::string extension = lowerAscii(options.file.extension().string());
  for (const auto& [known, format] : extensions) {
    if (known == extension) return std::string(format);
  }
  return std::unexpected(
      usage(fmt::format("The format of \"{}\" cannot be told from its name; give --format json, "
                        "ndjson or csv.",
                        options.file.string())));
}

// What decides how the file is read: a resumed import must have the same.
std::string settingsOf(const ImportOptions& options, std::string_view format) {
  std::string text =
      fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}|{}", format, options.upsert, options.delimiter, options.quote,
                  options.escape.value_or("auto"), options.header ? (*options.header ? "yes" : "no") : "auto",
                  options.encoding, options.startLine, options.decimalSeparator, options.dateFormat);
  for (const std::string& mapping : options.map) text += '|' + mapping;
  return text;
}

Result<std::unique_ptr<RowSource>> openSource(const ImportOptions& options, std::string_view format,
                                              const ColumnMap& map, std::string& header) {
  auto input = TextInput::open(options.file, options.encoding);
  if (!input) return std::unexpected(input.error());
  if (format != "csv") {
    auto source = JsonSource::open(std::move(*input), format == "ndjson");
    if (!source) return std::unexpected(source.error());
    return std::move(*source);
  }
  auto source = CsvSource::open(std::move(*input), {.delimiter = options.delimiter,
                                                    .quote = options.quote,
                                                    .escape = options.escape,
                                                    .header = options.header,
                                                    .startLine = options.startLine,
                                                    .knownNames = map.knownNames()});
  if (!source) return std::unexpected(source.error());
  header = (*source)->headerText();
  return std::move(*source);
}

Result<CellOptions> cellOptions(const ImportOptions& options) {
  CellOptions cells;
  if (options.decimalSeparator.size() != 1) {
    return std::unexpected(
        usage(fmt::format("--decimal is \"{}\"; one character is expected.", options.decimalSeparator)));
  }
  cells.decimalSeparator = options.decimalSeparator.front();
  if (!options.dateFormat.empty()) {
    auto pattern = DatePattern::make(options.dateFormat);
    if (!pattern) return std::unexpected(pattern.error());
    cells.dateFormat = std::move(*pattern);
  }
  if (options.file != "-") cells.folder = std::filesystem::absolute(options.file).parent_path();
  return cells;
}

// The reading half: rows into batches.
class ImportReader {
 public:
  ImportReader(orda::Datastore& datastore, std::uint32_t dataClass, const model::DataClass& definition,
               const ImportOptions& options, RowSource& source, ColumnMap& map, RowValues& values, Committer& committer,
               bool asEntities)
      : datastore_(datastore),
        dataClass_(dataClass),
        definition_(definition),
        options_(options),
        source_(source),
        map_(map),
        values_(values),
        committer_(committer),
        asEntities_(asEntities),
        encoder_(datastore, dataClass, !options.dryRun) {}

  // Error: the file cannot be read further, or the import makes no sense. What was read before is pushed.
  Result<> run(const ImportProgress& progress) {
    const TextInput& input = source_.input();
    const std::uint64_t start = input.size() == 0 ? 0 : std::min(input.offset(), input.size());
    Row row;
    std::uint64_t count = 0;
    std::optional<Error> failure;
    while (true) {
      auto more = source_.next(row);
      if (!more) failure = more.error();
      if (!more || !*more) break;
      if (auto taken = take(row); !taken) {
        failure = taken.error();
        break;
      }
      if (++count % rowsPerProgress == 0) progress(count, input.bytesRead() - start, input.size() - start);
      const std::uint64_t most = asEntities_ ? std::min(options_.batch, entitiesPerCommit) : options_.batch;
      const bool full = batch_.read >= most || batch_.bytes >= maximumBatchBytes;
      if (full && !push()) return {};
    }
    (void)push();
    if (failure) return std::unexpected(*failure);
    return {};
  }

 private:
  void reject(const Row& row, std::string_view reason) {
    batch_.rejected.push_back({row.line, std::string(row.raw), std::string(reason)});
  }

  // Error: not about this row but about the import as a whole.
  Result<> take(const Row& row) {
    std::optional<Error> problem;
    if (!row.problem) {
      auto read = values_.read(row);
      if (!map_.anyMatched()) return std::unexpected(nothingMatches());
      auto encoded = read && !asEntities_ ? encode() : Result<EncodedRow>(EncodedRow());
      if (!read) encoded = std::unexpected(read.error());
      if (encoded && asEntities_) {
        batch_.rows.push_back({{}, values_.handOver(), std::string(row.raw), row.line});
      } else if (!encoded) {
        if (encoded.error().code() == code::diskFull || encoded.error().code() == code::inputOutput) {
          return std::unexpected(encoded.error());
        }
        problem = encoded.error();
      } else if (encoded->unchanged) {
        ++batch_.unchanged;
      } else {
        batch_.bytes += encoded->change.record.size();
        batch_.rows.push_back({std::move(*encoded), {}, std::string(row.raw), row.line});
      }
    }
    // After encode(), which may push the batch that went before this row.
    ++batch_.read;
    batch_.bytes += row.raw.size();
    if (row.problem) reject(row, *row.problem);
    if (problem) reject(row, problem->message());
    lastEnd_ = source_.position();
    return {};
  }

  Result<EncodedRow> encode() {
    const auto& values = values_.values();
    const Value& key = values[definition_.primaryKey];
    if (!options_.upsert || key.isMissing()) return encoder_.insert(values);
    std::string bytes = storage::indexKey(model::columnType(definition_.key()), key, datastore_.collation()).bytes;
    if (isInFlight(bytes)) {
      (void)push();
      committer_.drain();
      recent_.clear();
    }
    keys_.insert(std::move(bytes));
    const auto reader = datastore_.engine().read();
    const storage::RecordNumber number = reader->findUnique(dataClass_, definition_.primaryKey, key);
    if (number == storage::noRecord) return encoder_.insert(values);
    return encoder_.update(number, reader->record(dataClass_, number), values);
  }

  bool isInFlight(const std::string& key) const {
    return keys_.contains(key) || std::ranges::any_of(recent_, [&](const auto& keys) { return keys.contains(key); });
  }

  bool push() {
    if (batch_.read == 0) return true;
    encoder_.raiseSequences();
    batch_.end = lastEnd_;
    recent_.push_front(std::exchange(keys_, {}));
    if (recent_.size() > Committer::maximumInFlight) recent_.pop_back();
    return committer_.push(std::exchange(batch_, {}));
  }

  Error nothingMatches() const {
    std::string names;
    for (const std::string& name : map_.unmatched()) names += (names.empty() ? "" : ", ") + name;
    return usage(
        fmt::format("No column of the file goes into {}: the file has {}; the attributes are {}. Use --map "
                    "COLUMN=ATTRIBUTE.",
                    definition_.name, names.empty() ? "none" : names, map_.attributeNames()));
  }

  orda::Datastore& datastore_;
  std::uint32_t dataClass_;
  const model::DataClass& definition_;
  const ImportOptions& options_;
  RowSource& source_;
  ColumnMap& map_;
  RowValues& values_;
  Committer& committer_;
  bool asEntities_;
  RowEncoder encoder_;
  ImportBatch batch_;
  FilePosition lastEnd_;
  // Primary keys of the rows not known to be committed yet (--upsert), by batch, the newest first.
  std::unordered_set<std::string> keys_;
  std::deque<std::unordered_set<std::string>> recent_;
};

// The state to begin with: of the interrupted import when resuming, else a fresh one.
Result<ImportState> startingState(orda::Datastore& datastore, const model::DataClass& definition,
                                  const ImportOptions& options, std::string_view format,
                                  const std::function<void(std::string_view)>& notice) {
  ImportState fresh;
  fresh.settings = settingsOf(options, format);
  if (options.file == "-") {
    if (options.resume) return std::unexpected(usage("Standard input cannot be resumed; import a file."));
    return fresh;
  }
  auto file = ImportedFile::of(options.file);
  if (!file) return std::unexpected(file.error());
  fresh.file = std::move(*file);
  const auto stored = datastore.engine().property(stateName(definition.uuid, fresh.file.path));
  const auto earlier = stored ? ImportState::fromText(*stored) : std::nullopt;
  if (!options.resume) {
    if (earlier && !earlier->finished && earlier->file == fresh.file && !options.dryRun) {
      notice(
          fmt::format("An earlier import of this file stopped after {} rows; this one begins anew. --resume would "
                      "have continued it.",
                      earlier->read));
    }
    return fresh;
  }
  if (!earlier) {
    notice("No import of this file was interrupted; it begins at the first row.");
    return fresh;
  }
  if (earlier->file != fresh.file) {
    return std::unexpected(
        Error(code::dataUnavailable, "dbmg",
              fmt::format("\"{}\" changed since its import was interrupted, so it cannot be resumed. "
                          "Import it anew (--upsert updates what is there already).",
                          options.file.string())));
  }
  if (earlier->settings != fresh.settings) {
    return std::unexpected(Error(code::dataUnavailable, "dbmg",
                                 "The interrupted import had other options (--map, --upsert, CSV options). Repeat them "
                                 "to resume it."));
  }
  return *earlier;
}

}  // namespace

Result<ImportReport> runImportJob(orda::Datastore& datastore, std::uint32_t dataClass, const ImportOptions& options,
                                  const ImportProgress& progress, const std::function<void(std::string_view)>& notice,
                                  const std::shared_ptr<script::vm::Runtime>& runtime) {
  const auto model = datastore.model();
  const model::DataClass& definition = model->classes[dataClass];
  const auto format = formatOf(options);
  if (!format) return std::unexpected(format.error());
  auto cells = cellOptions(options);
  if (!cells) return std::unexpected(cells.error());
  auto map = ColumnMap::make(*model, dataClass, options.map);
  if (!map) return std::unexpected(map.error());

  auto state = startingState(datastore, definition, options, *format, notice);
  if (!state) return std::unexpected(state.error());
  ImportReport report;
  report.resumedAfter = state->read;
  if (state->finished) {
    report.alreadyFinished = true;
    report.state = std::move(*state);
    return report;
  }

  std::string header;
  auto source = openSource(options, *format, *map, header);
  if (!source) return std::unexpected(source.error());
  if (state->read > 0) {
    if (auto placed = (*source)->resumeAt(state->position); !placed) return std::unexpected(placed.error());
  }
  const auto form = *format == "csv" ? RejectFile::Form::csv : RejectFile::Form::ndjson;
  RejectFile rejects(options.rejects.empty() ? RejectFile::standardPath(options.file, form) : options.rejects, form,
                     header);
  std::error_code error;
  if (std::filesystem::equivalent(rejects.rows(), options.file, error)) {
    return std::unexpected(usage("The reject file must be another file than the one imported; choose --rejects."));
  }
  if (!options.dryRun) {
    if (auto begun = rejects.begin(state->rejectBytes, state->logBytes); !begun) return std::unexpected(begun.error());
  }

  RowValues values(datastore, dataClass, *map, std::move(*cells));
  values.bind((*source)->columns());
  // Code may query while the rows are saved, so indexes do not rest then.
  const bool asEntities = runtime != nullptr && !options.dryRun && savingRunsCode(definition);
  const std::unique_ptr<storage::BulkLoad> load =
      options.dryRun || asEntities ? nullptr
                                   : datastore.engine().bulkLoad(dataClass, (*source)->input().size() / usualRowBytes);
  Committer::MakeEntityRows makeEntities;
  if (asEntities) {
    makeEntities = [&] { return std::make_unique<EntityRows>(datastore, runtime, dataClass, options.upsert); };
  }
  Committer committer(datastore, dataClass, rejects, std::move(*state), !options.dryRun, std::move(makeEntities));
  ImportReader reader(datastore, dataClass, definition, options, **source, *map, values, committer, asEntities);
  const auto read = reader.run(progress);
  auto finished = committer.finish(read.has_value());
  if (!finished) return std::unexpected(finished.error());
  if (load) {
    notice("Building the indexes");
    if (auto built = load->finish(); !built) return std::unexpected(built.error());
  }
  if (!read) return std::unexpected(read.error());
  report.state = std::move(*finished);
  report.unmatched = map->unmatched();
  report.reasons = committer.firstReasons();
  report.rejects = rejects.rows();
  report.log = rejects.log();
  return report;
}

}  // namespace qodly::app
