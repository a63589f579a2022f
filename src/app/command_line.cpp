#include "app/command_line.h"

#include <functional>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/command_accounts.h"
#include "app/command_auth.h"
#include "app/command_dap.h"
#include "app/command_import.h"
#include "app/command_lsp.h"
#include "app/command_new.h"
#include "app/command_secret.h"
#include "app/commands.h"
#include "app/serve.h"
#include "app/version.h"

namespace qodly::app {

namespace {

constexpr std::string_view introduction =
    "Qodly: one executable in which a business web application is made and run.\n\n"
    "  qodly new shop              make a project\n"
    "  qodly serve shop            open it: REST API and welcome page on http://127.0.0.1:8080/\n"
    "  qodly import shop Product products.csv\n"
    "  qodly query shop Product \"price > 10 and name = 'c@' order by name\"\n";

constexpr std::string_view queryFooter =
    "The query language (docs/query-language.md):\n"
    "  name = 'ber@'                     begins with, ignoring case and accents; @ is the wildcard\n"
    "  country.name = France and area > 1000 order by area desc\n"
    "  cities.name = Paris               through relations, in both directions\n"
    "  details.languages[].code = fra    inside objects and collections\n"
    "  not (capital = null) or ID in [1, 2, 3]";

constexpr std::string_view importFooter =
    "Formats: .json (one array), .ndjson (one object a line), .csv. Names are matched without regard to case; --map "
    "gives\n"
    "others, also out of nested objects: --map name.common=name. A row that cannot be stored is reported with its line "
    "and\n"
    "the reason and written to the reject file; correct it there and import that file. An interrupted import goes on "
    "with\n"
    "--resume.\n\n"
    "  qodly import shop Product products.csv --delimiter ';' --decimal ,\n"
    "  qodly import shop Order orders.ndjson --map customer_no=customer --upsert";

constexpr std::string_view runFooter =
    "The returned value is printed: a text as it is, everything else as JSON, nothing for no value. Errors go to\n"
    "standard error with file, line and chain of calls, and the exit status is 1. An argument is given as the text it\n"
    "is to a text parameter; else JSON (5, true, null, {...}, [...]) is read as what it is.\n\n"
    "  qodly run shop importProducts products.csv\n"
    "  qodly run hello.4qs Ada";

using Action = std::function<int()>;

// Options live as long as the parser that fills them.
template <class Options>
Options& optionsOf(CLI::App& command, Action& action, int (*run)(const Options&)) {
  auto options = std::make_shared<Options>();
  command.callback([options, run, &action] { action = [options, run] { return run(*options); }; });
  return *options;
}

void addProject(CLI::App& command, std::filesystem::path& project, std::filesystem::path& data) {
  command.add_option("DIR", project, "Project folder, or its .4DProject file")->required();
  command.add_option("--data", data, "Folder of the data files (default: DIR/Data)");
}

void addDataClass(CLI::App& command, std::string& dataClass) {
  command.add_option("DATACLASS", dataClass, "Name of the dataclass")->required();
}

void addNew(CLI::App& program, Action& action) {
  CLI::App& command = *program.add_subcommand("new", "Make a new project");
  NewProjectOptions& options = optionsOf<NewProjectOptions>(command, action, runNewProject);
  command.add_option("DIR", options.directory, "Folder to make; must not hold a project yet")->required();
  command.add_option("--name", options.name, "Name of the application (default: name of the folder)");
  command.add_flag("--open", options.open, "No login: whoever reaches the server may do everything");
}

void addServe(CLI::App& program, Action& action) {
  CLI::App& command = *program.add_subcommand("serve", "Open a project and answer HTTP until Ctrl+C");
  ServeOptions& options = optionsOf<ServeOptions>(command, action, runServe);
  addProject(command, options.project, options.data);
  command.add_option("--host", options.host,
                     "Address to listen on; 0.0.0.0 opens the server to the network (default: 127.0.0.1)");
  command.add_option("--port", options.port, "Port; 0 takes a free one (default: that of the settings, else 8080)");
  command.add_option("--https-port", options.httpsPort, "Port for HTTPS, which it switches on; 0 takes a free one");
  command.add_option("--threads", options.threads, "Threads that serve requests (default: one a core)");
  command.add_flag("--quiet", options.quiet, "Print errors only");
  command.add_flag("--allow-insecure-tls", options.allowInsecureTls,
                   "Take TLS 1.0 and 1.1 when the settings ask for it");
  command.add_flag("--log-secrets", options.logSecrets, "Do not mask cookies and keys in the HTTP debug log");
  command.add_option(
      "--debug-port", options.debugPort,
      "Let debuggers attach at this port of 127.0.0.1; 0 takes a free one. Who attaches can run any code");
}

void addImport(CLI::App& program, Action& action) {
  CLI::App& command = *program.add_subcommand("import", "Read rows from a file into a dataclass");
  ImportCommandOptions& options = optionsOf<ImportCommandOptions>(command, action, runImportCommand);
  addProject(command, options.project, options.data);
  addDataClass(command, options.dataClass);
  command.add_option("FILE", options.file, "File to read; - is standard input (give --format)")->required();
  command.add_option("--format", options.format, "json, ndjson or csv (default: by the name of the file)")
      ->check(CLI::IsMember({"json", "ndjson", "csv"}));
  command.add_option("--map", options.map, "COLUMN=ATTRIBUTE; an empty ATTRIBUTE leaves the column out")
      ->type_name("COLUMN=ATTRIBUTE");
  command.add_flag("--upsert", options.upsert, "Update the entity that has the row's key, else create it");
  command.add_flag("--resume", options.resume, "Go on where an interrupted import of this file stopped");
  command.add_flag("--dry-run", options.dryRun, "Read and check everything, write nothing");
  command.add_flag("--quiet", options.quiet, "No progress");
  command.add_flag("--no-events", options.noEvents, "Run no constructor and no entity events of the dataclass: faster");
  command.add_option("--batch", options.batch, "Rows in one commit")
      ->capture_default_str()
      ->check(CLI::Range(1, 100000));
  command.add_option("--rejects", options.rejects,
                     "Where rejected rows go (default: beside FILE, as NAME.rejects.csv or .ndjson)");
  const std::string csv = "CSV";
  command.add_option("--delimiter", options.delimiter, "Between columns (default: found out)")->group(csv);
  command.add_option("--quote", options.quote, "Around texts")->group(csv)->capture_default_str();
  command.add_option("--escape", options.escape, "Before a quote inside a text (default: doubled quote or \\)")
      ->group(csv);
  // Not bound to the optional itself: CLI11 would set it to false when the flag is not there.
  command
      .add_flag_function(
          "--header,!--no-header", [&options](std::int64_t count) { options.header = count > 0; },
          "First line holds the names (default: found out)")
      ->group(csv);
  command.add_option("--encoding", options.encoding, "utf-8 or utf-16 (default: by the byte-order mark)")
      ->group(csv)
      ->check(CLI::IsMember({"utf-8", "utf-16"}));
  command.add_option("--start-line", options.startLine, "First line to read")->group(csv)->capture_default_str();
  command.add_option("--decimal", options.decimalSeparator, "Decimal separator")->group(csv)->capture_default_str();
  command.add_option("--date-format", options.dateFormat, "Such as dd/MM/yyyy (default: ISO forms)")->group(csv);
  command.footer(std::string(importFooter));
}

void addExport(CLI::App& program, Action& action) {
  CLI::App& command = *program.add_subcommand("export", "Write the entities of a dataclass to a file");
  ExportOptions& options = optionsOf<ExportOptions>(command, action, runExport);
  addProject(command, options.project, options.data);
  addDataClass(command, options.dataClass);
  command.add_option("FILE", options.file, "File to write (default: standard output)");
  command.add_option("--format", options.format, "json, ndjson or csv (default: by the name of the file, else ndjson)")
      ->check(CLI::IsMember({"json", "ndjson", "csv"}));
  command.add_option("--query", options.query, "Only the entities that satisfy this query");
  command.add_option("--attributes", options.attributes, "Only these, separated by commas; may cross relations")
      ->delimiter(',');
  command.add_option("--delimiter", options.delimiter, "Between CSV columns")->capture_default_str();
  command.add_flag("--quiet", options.quiet, "No progress");
}

void addQuery(CLI::App& program, Action& action) {
  CLI::App& command = *program.add_subcommand("query", "Ask for entities and print them");
  QueryCommandOptions& options = optionsOf<QueryCommandOptions>(command, action, runQuery);
  addProject(command, options.project, options.data);
  addDataClass(command, options.dataClass);
  command.add_option("QUERY", options.query, "Query text; none: all entities");
  command.add_option("--limit", options.limit, "Entities to print; 0: all")->capture_default_str();
  command.add_option("--attributes", options.attributes, "Only these, separated by commas; may cross relations")
      ->delimiter(',');
  command.add_flag("--json", options.json, "Print JSON");
  command.add_flag("--plan", options.plan, "Print how the query was planned and what it did");
  command.footer(std::string(queryFooter));
}

void addInfo(CLI::App& program, Action& action) {
  CLI::App& command = *program.add_subcommand("info", "Tell what a project and its data hold");
  InfoOptions& options = optionsOf<InfoOptions>(command, action, runInfo);
  addProject(command, options.project, options.data);
  command.add_flag("--json", options.json, "Print JSON");
}

void addClient(CLI::App& program, Action& action) {
  CLI::App& command = *program.add_subcommand("client", "Write a client for the REST API of a project");
  command.require_subcommand(1);
  CLI::App& typescript = *command.add_subcommand("ts", "A typed client in TypeScript, without dependencies");
  ClientOptions& options = optionsOf<ClientOptions>(typescript, action, runClient);
  typescript.add_option("project", options.project, "Project folder")->required();
  typescript.add_option("-o,--output", options.output, "File to write; else standard output");
}

void addVerify(CLI::App& program, Action& action) {
  CLI::App& command =
      *program.add_subcommand("verify", "Read every record, index entry and blob and prove that they agree");
  VerifyOptions& options = optionsOf<VerifyOptions>(command, action, runVerify);
  addProject(command, options.project, options.data);
  command.add_flag("--json", options.json, "Print JSON");
  command.add_flag("--quiet", options.quiet, "No progress");
  command.footer("Exit status: 0 sound, 7 problems found, 1 could not be read.");
}

void addCheck(CLI::App& program, Action& action) {
  CLI::App& command = *program.add_subcommand("check", "Read all code of a project and tell what is wrong in it");
  CheckOptions& options = optionsOf<CheckOptions>(command, action, runCheck);
  command.add_option("DIR", options.project, "Project folder, or its .4DProject file")->required();
  command.add_flag("--json", options.json, "Print JSON");
  command.footer("Exit status: 0 no errors (warnings allowed), 1 errors found.");
}

void addConvert(CLI::App& program, Action& action) {
  CLI::App& command = *program.add_subcommand("convert", "Write code in the other surface of the language");
  ConvertOptions& options = optionsOf<ConvertOptions>(command, action, runConvert);
  command.add_option("SOURCE", options.source, "Code file (.4qs, .4dm), or a project folder for all of its code")
      ->required();
  command.add_option("--to", options.to, "4qs or 4dm")->required()->check(CLI::IsMember({"4qs", "4dm"}));
  command.add_option("--out", options.out,
                     "Folder to write into (default: one file to standard output, a project beside the old files)");
  command.footer(
      "Files are never overwritten. Files with errors are not converted. What the surface cannot say is told as a\n"
      "warning with its place. Where both X.4qs and X.4dm exist, the server reads X.4qs, unless more of the other "
      "files are\n"
      "written as .4dm only than as .4qs only; delete the one that has had its day.");
}

void addLsp(CLI::App& program, Action& action) {
  CLI::App& command = *program.add_subcommand("lsp", "Language server for editors (on stdin and stdout)");
  LspOptions& options = optionsOf<LspOptions>(command, action, runLsp);
  command.add_option("DIR", options.project, "Project folder (default: the folder that the editor opens)");
  command.add_flag("--stdio", options.stdio, "Accepted and without effect: there is no other way");
}

void addDap(CLI::App& program, Action& action) {
  CLI::App& command = *program.add_subcommand("dap", "Debug adapter for editors (on stdin and stdout)");
  DapOptions& options = optionsOf<DapOptions>(command, action, runDap);
  command.add_option("--port", options.port, "Wait for editors on this port of 127.0.0.1 instead; 0 takes a free one");
  command.footer("docs/editor.md says how an editor starts it, launches code and attaches to a server.");
}

void addRun(CLI::App& program, Action& action) {
  CLI::App& command = *program.add_subcommand(
      "run", "Run a method of a project, or one code file: qodly run TARGET [METHOD] [ARGUMENTS...]");
  const auto options = std::make_shared<RunOptions>();
  command.add_option("TARGET", options->target, "Project folder, or a method file (.4qs, .4dm)")->required();
  command.add_option("--data", options->data, "Folder of the data files (default: DIR/Data)");
  command.add_flag("--json", options->json, "Print the result as JSON, texts too");
  command.add_option("--time-limit", options->timeLimit, "Seconds it may run (default: no limit)");
  // What remains is for the method. No option of its own: CLI11 would cut "[1,2]" into pieces.
  command.allow_extras();
  command.callback([options, &command, &action] {
    options->arguments = command.remaining();
    action = [options] { return runRun(*options); };
  });
  command.footer(std::string(runFooter));
}

void addEval(CLI::App& program, Action& action) {
  CLI::App& command = *program.add_subcommand("eval", "Print the value of an expression");
  const auto options = std::make_shared<EvalOptions>();
  const auto second = std::make_shared<std::string>();
  command.add_option("EXPRESSION", options->expression, "Expression")->required();
  command.add_option("DIR", *second, "Project folder; may stand before the expression, too");
  command.add_option("--project,--dir", options->project, "Project folder (default: the library alone)");
  command.add_option("--data", options->data, "Folder of the data files (default: DIR/Data)");
  command.add_flag("--json", options->json, "Print the value as JSON, texts too");
  command.add_flag("--4d", options->fourD, "Read the expression as .4dm files are");
  command.add_option("--time-limit", options->timeLimit, "Seconds it may run (default: no limit)");
  command.footer("  qodly eval \"(3+4)*2\"\n  qodly eval shop \"ds.Product.query('price > 10').length\"");
  command.callback([options, second, &action] {
    std::error_code none;
    const bool folderFirst = !second->empty() && std::filesystem::exists(options->expression, none);
    if (folderFirst) std::swap(options->expression, *second);
    if (!second->empty()) options->project = *second;
    action = [options] { return runEval(*options); };
  });
}

void addShell(CLI::App& program, Action& action) {
  CLI::App& command = *program.add_subcommand("shell", "Type QodlyScript and see what it gives");
  ShellOptions& options = optionsOf<ShellOptions>(command, action, runShell);
  command.add_option("DIR", options.project, "Project folder (default: the library alone)");
  command.add_option("--data", options.data, "Folder of the data files (default: DIR/Data)");
  command.footer(
      "Tab completes names, attributes and members; the arrow keys bring back earlier lines. Names keep their values\n"
      "from line to line. Ctrl+C stops what runs, Ctrl+D or `exit` ends.");
}

void addTest(CLI::App& program, Action& action) {
  CLI::App& command = *program.add_subcommand("test", "Run the test functions of a project's classes");
  TestOptions& options = optionsOf<TestOptions>(command, action, runTest);
  addProject(command, options.project, options.data);
  command.add_option("--only", options.only, "Tests whose Class.function contains this text");
  command.add_option("--junit", options.junit, "Write a report in JUnit form to this file; - prints it instead");
  command.add_flag("--list", options.list, "Print the tests, run none");
  command.footer(
      "A test is a function whose name begins with \"test\" in a class whose name begins or ends with \"Test\". It\n"
      "fails when an error is raised (assert, throw, or any other). Changes of data are undone after each test.\n"
      "Exit status: 0 all passed, 1 a test failed or there is none.");
}

void addSecret(CLI::App& program, Action& action) {
  CLI::App& group = *program.add_subcommand("secret", "Values that settings refer to as {\"secret\":\"NAME\"}");
  group.require_subcommand(1);
  CLI::App& set = *group.add_subcommand("set", "Keep a value, sealed; it is read from standard input");
  SecretOptions& setOptions = optionsOf<SecretOptions>(set, action, runSecretSet);
  addProject(set, setOptions.project, setOptions.data);
  set.add_option("NAME", setOptions.name, "Letters, digits, '-', '_', '.'")->required();
  set.add_option("--file", setOptions.file, "Read the value from this file");
  CLI::App& list = *group.add_subcommand("list", "The names; values are never shown");
  SecretOptions& listOptions = optionsOf<SecretOptions>(list, action, runSecretList);
  addProject(list, listOptions.project, listOptions.data);
  list.add_flag("--json", listOptions.json, "Print JSON");
  CLI::App& remove = *group.add_subcommand("remove", "Forget a value");
  SecretOptions& removeOptions = optionsOf<SecretOptions>(remove, action, runSecretRemove);
  addProject(remove, removeOptions.project, removeOptions.data);
  remove.add_option("NAME", removeOptions.name, "Its name")->required();
}

void addAuth(CLI::App& program, Action& action) {
  CLI::App& group = *program.add_subcommand("auth", "Directories of users: LDAP, OpenID Connect, Cognito (auth.json)");
  group.require_subcommand(1);
  const auto add = [&](const char* name, const char* text, int (*run)(const AuthOptions&)) -> auto& {
    CLI::App& command = *group.add_subcommand(name, text);
    AuthOptions& options = optionsOf<AuthOptions>(command, action, run);
    addProject(command, options.project, options.data);
    if (run == runAuthTest) {
      command.add_option("NAME", options.provider, "Name of the provider in auth.json")->required();
      command.add_option("--login", options.login, "Login to try; its password is read from standard input")
          ->required();
      command.add_option("--env", options.environment, "Environment whose profiles count")->capture_default_str();
    }
    command.add_flag("--json", options.json, "Print JSON");
    return command;
  };
  add("check", "Read auth.json and reach out for every directory", runAuthCheck)
      .footer("Exit status: 0 all is right, 1 something is wrong.");
  add("list", "The providers in the order in which they are asked", runAuthList);
  add("test", "Try a login, and tell why it is refused", runAuthTest);
}

void addHelp(CLI::App& program, Action& action) {
  CLI::App& command = *program.add_subcommand("help", "Tell about a command, class or constant of the language");
  const auto options = std::make_shared<HelpOptions>();
  command.add_option("TOPIC", options->topic, "Such as substring, Current date, Collection, Collection.push");
  command.add_flag("--markdown", options->markdown, "Print the whole reference");
  command.callback([options, &program, &action] {
    const auto named = program.get_subcommands(
        [&](const CLI::App* each) { return options->topic.size() == 1 && each->get_name() == options->topic.front(); });
    CLI::App* const known = named.empty() ? nullptr : named.front();
    action = [options, known] {
      if (known == nullptr) return runHelp(*options);
      fmt::print("{}", known->help());
      return exit_code::done;
    };
  });
}

}  // namespace

int runCommandLine(int argc, char** argv) {
  CLI::App program{std::string(introduction), "qodly"};
  program.require_subcommand(1);
  program.set_version_flag("--version", fmt::format("qodly {}", version));
  program.get_formatter()->column_width(34);
  Action action;
  for (const auto add : {addNew,
                         addServe,
                         addImport,
                         addExport,
                         addQuery,
                         addInfo,
                         addClient,
                         addVerify,
                         addCheck,
                         addConvert,
                         addLsp,
                         addDap,
                         addRun,
                         addEval,
                         addShell,
                         addTest,
                         addUserCommand,
                         addKeyCommand,
                         addCertificateCommand,
                         addAuditCommand,
                         addSessionCommand,
                         addSecret,
                         addAuth,
                         addHelp})
    add(program, action);
  program.add_subcommand("version", "Print the version")->callback([&action] {
    action = [] {
      fmt::print("qodly {}\n", version);
      return 0;
    };
  });
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool helpAsked = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success);
    program.exit(error);
    return helpAsked ? exit_code::done : exit_code::usage;
  }
  return action ? action() : exit_code::usage;
}

}  // namespace qodly::app
