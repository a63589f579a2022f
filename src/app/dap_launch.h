// Debugging what the adapter itself starts: a method, a code file, or tests of a project.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "app/dap_session.h"
#include "app/language_console.h"
#include "app/run_target.h"
#include "app/test_run.h"

namespace qodly::app {

// Arguments of `launch`: program (project folder or code file), method, args, data, test (text that the tests' names
// contain; "": all of them), timeLimit (seconds), stopOnEntry, noDebug. One launch.
class DapLaunch final : public DapHost {
 public:
  DapLaunch() = default;
  ~DapLaunch() override;  // ends what runs
  DapLaunch(const DapLaunch&) = delete;
  DapLaunch& operator=(const DapLaunch&) = delete;

  Result<Target> launch(const Value& arguments, const std::shared_ptr<DapChannel>& channel) override;
  void start(bool stopOnEntry) override;
  bool isLaunched() const override { return bench_.language != nullptr; }
  void terminate() override;

 private:
  Result<> open(const std::filesystem::path& project, const Value& arguments);
  void run();
  int runTests();

  std::shared_ptr<DapChannel> channel_;
  Workbench bench_;
  RunTarget target_;
  std::vector<TestResult> tests_;
  std::atomic<bool> terminated_ = false;
  std::thread thread_;
};

}  // namespace qodly::app
