// Classes, instances, singletons.
#include <gtest/gtest.h>

#include "tests/unit/script/vm_fixture.h"

namespace qodly::script::vm::test {
namespace {

TEST(MachineClasses, FunctionsPropertiesAndInheritance) {
  Application application;
  application.classFile("Animal",
                        "property legs : integer = 4\nconstructor (name : string)\nthis.name = name\n"
                        "function speak() : string\nreturn this.name+\" speaks\"\n"
                        "function get upper() : string\nreturn this.name+\"!\"\n"
                        "function set upper(v : string)\nthis.name = v+\"?\"\n"
                        "function get fixed() : integer\nreturn 1\n");
  application.classFile("Dog",
                        "extends Animal\nconstructor (name : string)\nsuper(name)\nthis.tricks = []\n"
                        "function speak() : string\nreturn super.speak()+\" wuff\"\n");
  EXPECT_EQ(application.run("return cs.Animal.new(\"Cat\").speak()"), "\"Cat speaks\"");
  EXPECT_EQ(application.run("return cs.Dog.new(\"Rex\").speak()"), "\"Rex speaks wuff\"");
  EXPECT_EQ(application.run("return cs.Dog.new(\"Rex\").legs"), "4");
  EXPECT_EQ(application.run("var d = cs.Dog.new(\"Rex\")\nd.upper = \"Bo\"\nreturn d.upper"), "\"Bo?!\"");
  EXPECT_EQ(application.run("var d = cs.Dog.new(\"Rex\")\nd.fixed = 2"), "error -20010");
  EXPECT_EQ(application.run("return cs.Dog.superclass.name"), "\"Animal\"");
  EXPECT_EQ(application.run("return cs.Animal.superclass.name"), "\"Object\"");
  EXPECT_EQ(application.run("return cs.Nothing"), "undefined");
  EXPECT_EQ(application.run("return cs.Nothing.new()"), "error -20008");
  EXPECT_EQ(application.run("var d = cs.Dog.new(\"Rex\")\nd.speak = formula(\"own\")\nreturn d.speak()"), "\"own\"");
  EXPECT_EQ(application.run("var d = cs.Dog.new(\"Rex\")\nreturn d.nothing()"), "error -20009");
  EXPECT_EQ(application.run("var f = cs.Dog.new(\"Rex\").speak\nreturn f.call({name: \"X\"})"), "\"X speaks wuff\"");
}

TEST(MachineClasses, ParentsAreConstructedFirst) {
  Application application;
  application.classFile("Base", "constructor ()\nthis.a = 1\n");
  application.classFile("Forgets", "extends Base\nconstructor ()\nvar x = 1\n");
  application.classFile("TooEarly", "extends Base\nconstructor ()\nthis.b = 1\nsuper()\n");
  application.classFile("Twice", "extends Base\nconstructor ()\nsuper()\nsuper()\n");
  application.classFile("Silent", "extends Base\nfunction f()\nreturn this.a\n");
  application.classFile("Deep", "extends Silent\nconstructor ()\nsuper()\nthis.c = this.a+1\n");
  EXPECT_EQ(application.run("return cs.Forgets.new()"), "error -10748");
  EXPECT_EQ(application.run("return cs.TooEarly.new()"), "error -10743");
  EXPECT_EQ(application.run("return cs.Twice.new()"), "error -10746");
  EXPECT_EQ(application.run("return cs.Silent.new().f()"), "1");
  EXPECT_EQ(application.run("return cs.Deep.new().c"), "2");
  application.classFile("Circle", "extends Circle2\nfunction f()\n");
  application.classFile("Circle2", "extends Circle\nfunction f()\n");
  EXPECT_EQ(application.run("return cs.Circle.new()"), "error -20011");
}

TEST(MachineClasses, SharedClassesAndSingletons) {
  Application application;
  application.classFile("Counter",
                        "property items = []\nshared singleton constructor ()\nthis.n = 0\n"
                        "shared function next() : integer\nthis.n += 1\nreturn this.n\n"
                        "function bad()\nthis.n = 5\n");
  EXPECT_EQ(application.run("cs.Counter.me.next()\nreturn cs.Counter.me.next()"), "2");
  EXPECT_EQ(application.run("return cs.Counter.me.n"), "2");
  EXPECT_EQ(application.run("cs.Counter.me.bad()"), "error -20013");
  EXPECT_EQ(application.run("use (cs.Counter.me)\ncs.Counter.me.bad()\nend\nreturn cs.Counter.me.n"), "5");
  EXPECT_EQ(application.run("return cs.Counter.new() == cs.Counter.me"), "true");
  EXPECT_EQ(application.run("return cs.Counter.isShared && cs.Counter.isSingleton"), "true");
  application.newProcess();
  EXPECT_EQ(application.run("return cs.Counter.me.n"), "5");
  application.classFile("Local", "singleton constructor ()\nthis.n = 1\n");
  EXPECT_EQ(application.run("cs.Local.me.n = 3\nreturn cs.Local.me.n"), "3");
  application.newProcess();
  EXPECT_EQ(application.run("return cs.Local.me.n"), "1");
  application.classFile("Nested", "shared constructor ()\nthis.inner = cs.Inner.new()\n");
  application.classFile("Inner", "shared constructor ()\nthis.leaf = newSharedObject(\"x\", 1)\n");
  EXPECT_EQ(application.run("return cs.Nested.new().inner.leaf.x"), "1");
}

TEST(MachineClasses, SharedInstancesGatherWhatTheyAreMadeOf) {
  Application application;
  application.classFile("Deep",
                        "property a = {deep: {n: 1}}\nproperty b = {deep: {n: 2}}\nshared constructor ()\nthis.c = "
                        "newSharedObject(\"x\", newSharedObject(\"y\", 3))\n");
  EXPECT_EQ(application.run("var d = cs.Deep.new()\nreturn d.a.deep.n+d.b.deep.n+d.c.x.y"), "6");
  EXPECT_EQ(application.run("var d = cs.Deep.new()\nvar o = newSharedObject(\"p\", newSharedObject)\nuse (d)\nd.o = "
                            "o\nend"),
            "error -20014");
}

TEST(MachineClasses, ChangedClassIsANewClass) {
  Application application;
  application.classFile("A", "function f()\nreturn 1\n");
  application.run("use (storage)\nend");
  EXPECT_EQ(application.run("return cs.A.new().f()"), "1");
  application.classFile("A", "function f()\nreturn 2\n");
  EXPECT_EQ(application.run("return cs.A.new().f()"), "2");
}

}  // namespace
}  // namespace qodly::script::vm::test
