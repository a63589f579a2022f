// Shared values, workers, signals, semaphores.
#include <thread>

#include <gtest/gtest.h>

#include "tests/unit/script/vm_fixture.h"

namespace qodly::script::vm::test {
namespace {

TEST(MachineShared, WritesNeedUse) {
  Application application;
  EXPECT_EQ(application.run("var o = newSharedObject(\"a\", 1)\no.a = 2"), "error -20013");
  EXPECT_EQ(application.run("var o = newSharedObject(\"a\", 1)\nuse (o)\no.a = 2\nend\nreturn o.a"), "2");
  EXPECT_EQ(application.run("var o = newSharedObject\nuse (o)\no.a = {}\nend"), "error -10721");
  EXPECT_EQ(application.run("use ({})\nend"), "error -20015");
  EXPECT_EQ(application.run("var o = newSharedObject\nuse (o)\nreturn 1\nend"), "1");
  EXPECT_EQ(application.run("var a = newSharedObject\nvar b = newSharedObject\nvar c = newSharedObject\nuse "
                            "(a)\na.b = b\nend\nuse (c)\nc.b = b\nend"),
            "error -20014");
  EXPECT_EQ(application.run("return newSharedObject(\"a\", newSharedObject(\"b\", newSharedObject(\"c\", 1))).a.b.c"),
            "1");
  EXPECT_EQ(application.run("use (storage)\nstorage.x = 1\nend"), "error -10721");
  EXPECT_EQ(application.run("use (storage)\nstorage.x = newSharedObject(\"n\", 3)\nend\nreturn storage.x.n"), "3");
  EXPECT_EQ(application.run("var a = newSharedObject(\"b\", newSharedObject)\nuse (a)\na.b.n = 4\nend\nreturn a.b.n"),
            "4");
}

TEST(MachineWorkers, RunMessagesInOrder) {
  Application application;
  application.method("add",
                     "declare (n : integer, done : 4D.Signal)\nuse (storage.log)\nstorage.log.sum = "
                     "storage.log.sum*10+n\nend\nif (n == 3)\ndone.trigger()\nend");
  EXPECT_EQ(application.run("use (storage)\nstorage.log = newSharedObject(\"sum\", 0)\nend\nvar s = "
                            "newSignal(\"end\")\ncallWorker(\"w\", \"add\", 1, s)\ncallWorker(\"w\", \"add\", 2, "
                            "s)\ncallWorker(\"w\", formula(add($1, $2)), 3, s)\nreturn [s.wait(20), storage.log.sum, "
                            "s.description]"),
            "[true,123,\"end\"]");
  EXPECT_EQ(application.run("return processNumber(\"w\") > 0"), "true");
  EXPECT_EQ(application.run("killWorker(\"w\")\nfor (i, 1, 100)\nif (processNumber(\"w\") == "
                            "0)\nbreak\nend\ndelayProcess(currentProcess, 1)\nend\nreturn processNumber(\"w\")"),
            "0");
}

TEST(MachineWorkers, SignalsTimeOutAndSemaphoresExclude) {
  Application application;
  EXPECT_EQ(application.run("return newSignal.wait(0.01)"), "false");
  EXPECT_EQ(application.run("var s = newSignal\ns.trigger()\nreturn [s.wait(), s.signaled]"), "[true,true]");
  EXPECT_EQ(application.run("var s = newSignal\ns.signaled = true"), "error -20010");
  EXPECT_EQ(application.run("return [semaphore(\"a\"), semaphore(\"a\"), testSemaphore(\"a\"), testSemaphore(\"A\")]"),
            "[false,false,true,false]");
  Process other(application.process().runtimeRef(), "other", ProcessType::otherUser);
  EXPECT_EQ(show(other.evaluate("semaphore(\"a\", 1)")), "true");
  application.run("clearSemaphore(\"a\")");
  EXPECT_EQ(show(other.evaluate("semaphore(\"a\")")), "false");
}

TEST(MachineWorkers, LocksExcludeEachOther) {
  Application application;
  application.method("count",
                     "declare (s : object, done : 4D.Signal)\nfor (i, 1, 2000)\nuse (s)\ns.n += "
                     "1\nend\nend\nuse (s)\ns.ready += 1\nif (s.ready == 3)\ndone.trigger()\nend\nend");
  EXPECT_EQ(application.run("var s = newSharedObject(\"n\", 0, \"ready\", 0)\nvar d = newSignal\nfor (i, 1, "
                            "3)\ncallWorker(\"w\"*i, \"count\", s, d)\nend\nd.wait(60)\nreturn s.n"),
            "6000");
}

TEST(MachineProcesses, ProcessorTimeGrowsWithWorkAndNotWithWaiting) {
  Application application;
  EXPECT_EQ(application.run("var i : integer\nvar n = 0\nfor (i, 1, 300000)\nn += i\nend for\n"
                            "return processInfo(currentProcess()).cpuTime > 0.0001"),
            "true");
  EXPECT_EQ(application.run("var before = processInfo(currentProcess()).cpuTime\ndelayProcess(currentProcess(), 12)\n"
                            "return processInfo(currentProcess()).cpuTime-before < 0.15"),
            "true");
}

TEST(MachineWorkers, BackgroundProcesses) {
  Application application;
  application.method("work.4dm", "$1.trigger()");
  EXPECT_EQ(application.run4D("$s:=New signal\n$n:=New process(\"work\"; 0; \"bg\"; $s)\nreturn $s.wait(20)"), "true");
}

}  // namespace
}  // namespace qodly::script::vm::test
