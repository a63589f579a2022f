// The commands that work on a project folder and its data without a server. Each has a struct of options, filled by the
// command line (command_line.cpp), and a function in a file of its own (command_<name>.cpp).
//
// Every run...() returns the exit code of the program (admin.md 25). Answers go to stdout, errors and progress to
// stderr.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace qodly::app {

namespace exit_code {
inline constexpr int done = 0;
inline constexpr int failed = 1;  // also: an import that finished with rejected rows
inline constexpr int usage = 2;   // also: unknown dataclass or attribute, bad query
inline constexpr int notFound = 3;
inline constexpr int refused = 4;
inline constexpr int integrity = 7;  // verify found problems
inline constexpr int busy = 8;       // another process has the data file open
}  // namespace exit_code

// qodly new DIR [--name NAME]
struct NewOptions {
  std::filesystem::path directory;
  std::string name;  // empty: the name of the folder
};
int runNew(const NewOptions& options);

// qodly import DIR DATACLASS FILE
struct ImportOptions {
  std::filesystem::path project;
  std::filesystem::path data;  // --data FOLDER; empty: <root>/Data
  std::string dataClass;
  std::filesystem::path file;     // .json, .ndjson (.jsonl), .csv (.txt, .tsv); "-" reads stdin (needs --format)
  std::string format;             // --format json|ndjson|csv; empty: by the name of the file
  std::vector<std::string> map;   // --map COLUMN=ATTRIBUTE; COLUMN may be a dotted JSON path; empty ATTRIBUTE skips
  bool upsert = false;            // --upsert: update the entity that has the row's primary key
  bool resume = false;            // --resume: continue an import that was interrupted
  bool dryRun = false;            // --dry-run: read, map and check, write nothing
  bool quiet = false;             // --quiet: no progress
  std::uint32_t batch = 50'000;   // --batch: rows a commit
  std::filesystem::path rejects;  // --rejects FILE; empty: FILE.rejects.<extension>
  // CSV only (orda.md 3). Empty text and nullopt: found out from the file.
  std::string delimiter;               // --delimiter: one of , ; tab | or any other character
  std::string quote = "\"";            // --quote: text delimiter
  std::optional<std::string> escape;   // --escape: character that escapes a quote; default: doubled quotes and `\`
  std::optional<bool> header;          // --header / --no-header; without: column_1, column_2...
  std::string encoding;                // --encoding utf-8|utf-16; empty: by byte-order mark, else UTF-8
  std::uint64_t startLine = 1;         // --start-line
  std::string decimalSeparator = ".";  // --decimal
  std::string dateFormat;              // --date-format, e.g. dd/MM/yyyy; empty: ISO and the forms of orda.md 9
};
int runImport(const ImportOptions& options);

// qodly client ts DIR [-o FILE]
struct ClientOptions {
  std::filesystem::path project;
  std::filesystem::path output;  // -o, --output; empty: stdout
};
int runClient(const ClientOptions& options);

// qodly export DIR DATACLASS [FILE]
struct ExportOptions {
  std::filesystem::path project;
  std::filesystem::path data;  // --data FOLDER; empty: <root>/Data
  std::string dataClass;
  std::filesystem::path file;           // empty or "-": stdout
  std::string format;                   // --format json|ndjson|csv; empty: by the name of the file, else ndjson
  std::string query;                    // --query; empty: all entities
  std::vector<std::string> attributes;  // --attributes a,b; empty: all storage attributes
  std::string delimiter = ",";          // --delimiter, CSV only
  bool quiet = false;                   // --quiet: no progress
};
int runExport(const ExportOptions& options);

// qodly query DIR DATACLASS "QUERY"
struct QueryCommandOptions {
  std::filesystem::path project;
  std::filesystem::path data;  // --data FOLDER; empty: <root>/Data
  std::string dataClass;
  std::string query;                    // empty: all entities
  std::uint64_t limit = 100;            // --limit; 0: no limit
  std::vector<std::string> attributes;  // --attributes
  bool json = false;                    // --json
  bool plan = false;                    // --plan: print queryPlan and queryPath
};
int runQuery(const QueryCommandOptions& options);

// qodly info DIR
struct InfoOptions {
  std::filesystem::path project;
  std::filesystem::path data;  // --data FOLDER; empty: <root>/Data
  bool json = false;           // --json
};
int runInfo(const InfoOptions& options);

// qodly verify DIR
struct VerifyOptions {
  std::filesystem::path project;
  std::filesystem::path data;  // --data FOLDER; empty: <root>/Data
  bool json = false;           // --json
  bool quiet = false;          // --quiet: no progress
};
int runVerify(const VerifyOptions& options);

// qodly check DIR: reads all code of a project; failed when there is an error.
struct CheckOptions {
  std::filesystem::path project;
  bool json = false;  // --json: {"files", "errors", "warnings", "diagnostics": [...]}
};
int runCheck(const CheckOptions& options);

// qodly convert FILE|DIR --to 4qs|4dm: writes code in the other surface.
struct ConvertOptions {
  std::filesystem::path source;  // one code file, or a project
  std::string to;                // --to 4qs|4dm
  std::filesystem::path out;     // --out FOLDER; empty: a file goes to stdout, files of a project beside the old ones
};
int runConvert(const ConvertOptions& options);

// qodly run DIR METHOD [ARGUMENTS...] | qodly run FILE [ARGUMENTS...]
struct RunOptions {
  std::filesystem::path target;  // project, or one method file (.4qs, .4dm)
  std::filesystem::path data;    // --data FOLDER; empty: <root>/Data
  std::vector<std::string> arguments;
  bool json = false;     // --json
  double timeLimit = 0;  // --time-limit, seconds; 0: none
};
int runRun(const RunOptions& options);

// qodly eval "EXPRESSION"
struct EvalOptions {
  std::string expression;
  std::filesystem::path project;  // --project DIR; empty: the library alone
  std::filesystem::path data;     // --data FOLDER; empty: <root>/Data
  bool json = false;              // --json
  bool fourD = false;             // --4d: the 4D surface
  double timeLimit = 0;           // --time-limit, seconds; 0: none
};
int runEval(const EvalOptions& options);

// qodly shell [DIR]
struct ShellOptions {
  std::filesystem::path project;  // empty: the library alone
  std::filesystem::path data;     // --data FOLDER; empty: <root>/Data
};
int runShell(const ShellOptions& options);

// qodly test DIR: runs the test functions of the project's own classes.
struct TestOptions {
  std::filesystem::path project;
  std::filesystem::path data;   // --data FOLDER; empty: <root>/Data
  std::string only;             // --only TEXT: classes and functions whose name contains it
  std::filesystem::path junit;  // --junit FILE: report in JUnit form; "-": standard output instead of the text
  bool list = false;            // --list: print the tests, run none
};
int runTest(const TestOptions& options);

// qodly help [TOPIC...]: commands, constants and built-in classes of the language.
struct HelpOptions {
  std::vector<std::string> topic;  // "substring", "Collection", "Collection.push", "Current date"
  bool markdown = false;           // --markdown: the whole reference, as docs/language-reference.md
};
int runHelp(const HelpOptions& options);

}  // namespace qodly::app
