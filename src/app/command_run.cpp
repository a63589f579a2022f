// qodly run, qodly eval: code from the command line.
#include "app/commands.h"
#include "app/console.h"
#include "app/language_console.h"
#include "app/run_target.h"

namespace qodly::app {

int runRun(const RunOptions& options) {
  auto bench = openWorkbench(projectOfTarget(options.target), options.data, "run", limitOf(options.timeLimit));
  if (!bench) return bench.error();
  const auto target = runTarget(*bench, options.target, options.arguments);
  if (!target) {
    printLine(target.error().message);
    return target.error().exitCode;
  }
  return finish(*bench->process, (*target)(*bench->process), options.json);
}

int runEval(const EvalOptions& options) {
  auto bench = openWorkbench(options.project, options.data, "eval", limitOf(options.timeLimit));
  if (!bench) return bench.error();
  return finish(*bench->process, bench->process->evaluate(options.expression, options.fourD), options.json);
}

}  // namespace qodly::app
