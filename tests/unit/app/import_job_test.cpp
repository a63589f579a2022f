// Whole imports into a datastore: mapping, rules, rejected rows, updates, and going on after a stop.
#include "app/import/import_job.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <unistd.h>

#include "app/language.h"
#include "app/open_application.h"
#include "orda/entity.h"
#include "value/json.h"

namespace fs = std::filesystem;
using namespace qodly;
using namespace qodly::app;

namespace {

constexpr std::string_view catalog = R"x(<base name="Shop" uuid="0A1B2C3D4E5F60718293A4B5C6D7E8F9">
<table name="Product" uuid="11111111111111111111111111111111" id="1">
<field name="ID" uuid="11111111111111111111111111110001" type="4" unique="true" autosequence="true" not_null="true" id="1"/>
<field name="name" uuid="11111111111111111111111111110002" type="10" limiting_length="5" not_null="true" id="2"/>
<field name="price" uuid="11111111111111111111111111110003" type="6" minValue="0" maxValue="1000" id="3"/>
<field name="code" uuid="11111111111111111111111111110004" type="10" unique="true" id="4"/>
<field name="made" uuid="11111111111111111111111111110005" type="8" id="5"/>
<field name="sold" uuid="11111111111111111111111111110006" type="1" id="6"/>
<field name="details" uuid="11111111111111111111111111110007" type="21" id="7"/>
<field name="maker_ID" uuid="11111111111111111111111111110008" type="4" id="8"/>
<field name="photo" uuid="11111111111111111111111111110009" type="12" id="9"/>
<field name="stock" uuid="11111111111111111111111111110010" type="4" defaultValue="7" id="10"/>
<primary_key field_name="ID"/>
</table>
<table name="Maker" uuid="22222222222222222222222222222222" id="2">
<field name="ID" uuid="22222222222222222222222222220001" type="4" unique="true" autosequence="true" id="1"/>
<field name="name" uuid="22222222222222222222222222220002" type="10" id="2"/>
<primary_key field_name="ID"/>
</table>
<relation uuid="33333333333333333333333333333333" name_Nto1="maker" name_1toN="products" state="1">
<related_field kind="source"><field_ref name="maker_ID"><table_ref name="Product"/></field_ref></related_field>
<related_field kind="destination"><field_ref name="ID"><table_ref name="Maker"/></field_ref></related_field>
</relation>
</base>)x";

struct Stopped {};

class ImportJob : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::temp_directory_path() / ("qodly-import-" + std::to_string(::getpid()) + '-' +
                                         testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(root_ / "Project/Sources");
    write("Project/Shop.4DProject", "{}");
    write("Project/Sources/catalog.4DCatalog", std::string(catalog));
    open();
  }
  void TearDown() override {
    language_ = nullptr;
    application_ = {};
    fs::remove_all(root_);
  }

  void open() {
    language_ = nullptr;
    application_ = {};
    auto opened = openApplication(root_);
    if (!opened) throw std::runtime_error(opened.error().text());
    application_ = std::move(*opened);
  }
  fs::path write(const std::string& name, const std::string& text) const {
    std::ofstream(root_ / name, std::ios::binary) << text;
    return root_ / name;
  }
  std::string contentOf(const fs::path& path) const {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  ImportOptions optionsFor(const std::string& name, const std::string& text) const {
    ImportOptions options;
    options.file = write(name, text);
    options.dataClass = "Product";
    return options;
  }
  std::uint32_t indexOf(std::string_view name) const { return application_.datastore->model()->indexOf(name); }
  Result<ImportReport> tryRun(const ImportOptions& options, std::uint64_t stopAfter = 0) {
    return runImportJob(
        *application_.datastore, indexOf(options.dataClass), options,
        [&](std::uint64_t rows, std::uint64_t, std::uint64_t) {
          if (stopAfter != 0 && rows >= stopAfter) throw Stopped();
        },
        [this](std::string_view line) { notices_.emplace_back(line); }, language_ ? language_->runtime() : nullptr);
  }
  // The entity class of Product, compiled: the imports that follow run its code.
  void loadCode(const std::string& entityClass) {
    fs::create_directories(root_ / "Project/Sources/Classes");
    write("Project/Sources/Classes/ProductEntity.4qs", "extends Entity\n\n" + entityClass);
    open();
    language_ = Language::open(application_);
    for (const auto& each : language_->diagnostics()) throw std::runtime_error(script::syntax::text(each));
  }
  ImportReport run(const ImportOptions& options) {
    auto report = tryRun(options);
    if (!report) throw std::runtime_error(report.error().text());
    return std::move(*report);
  }
  void addMaker(int id) {
    ImportOptions options;
    options.file = write("makers.ndjson", "{\"ID\":" + std::to_string(id) + ",\"name\":\"M\"}");
    options.dataClass = "Maker";
    run(options);
  }
  // Entities that satisfy a query, with the attributes asked for, as JSON.
  std::string entities(const std::string& query, std::vector<std::string> attributes) {
    orda::Process process(*application_.datastore);
    const auto dataClass = orda::DataClass::find(process, "Product");
    const auto selection = dataClass->query(query);
    if (!selection) return selection.error().text();
    return json::text((*selection)->toCollection(attributes));
  }
  std::uint64_t count() {
    orda::Process process(*application_.datastore);
    return orda::DataClass::find(process, "Product")->getCount();
  }

  fs::path root_;
  Application application_;
  std::unique_ptr<Language> language_;
  std::vector<std::string> notices_;
};

}  // namespace

TEST_F(ImportJob, importsCsvByTheRulesOfSave) {
  auto options = optionsFor("p.csv",
                            "Name;PRICE;made;sold;details;extra\n"
                            "Chair and table;1,5;31/01/2024;1;{\"a\":[1]};x\n\"\";;;;;\n");
  options.decimalSeparator = ",";
  options.dateFormat = "dd/MM/yyyy";
  const auto report = run(options);
  EXPECT_EQ(report.state.created, 2u);
  EXPECT_EQ(report.unmatched, std::vector<std::string>{"extra"});
  EXPECT_EQ(entities("ID = 1", {"name", "price", "made", "sold", "details", "stock"}),
            R"([{"name":"Chair","price":1.5,"made":"2024-01-31","sold":true,"details":{"a":[1]},"stock":7}])");
  EXPECT_EQ(entities("ID = 2", {"name", "price"}), R"([{"name":"","price":null}])");
}

TEST_F(ImportJob, rejectsRowsWithLineAndReason) {
  auto options = optionsFor(
      "p.csv", "ID,name,price,code\n1,a,5,x\n2,,5,y\n3,c,-1,z\n4,d,text,u\n5,e,5\n6,f,5,X\n1,g,5,w\n7,h,5,v\n");
  const auto report = run(options);
  EXPECT_EQ(report.state.created, 2u);
  EXPECT_EQ(report.state.rejected, 6u);
  EXPECT_EQ(count(), 2u);
  const std::string rejects = contentOf(root_ / "p.rejects.csv");
  EXPECT_EQ(rejects.find("ID,name,price,code\n"), 0u);
  for (const char* row : {"2,,5,y\n", "3,c,-1,z\n", "4,d,text,u\n", "5,e,5\n", "6,f,5,X\n", "1,g,5,w\n"}) {
    EXPECT_NE(rejects.find(row), std::string::npos) << row;
  }
  const std::string log = contentOf(root_ / "p.rejects.csv.log");
  EXPECT_NE(log.find("line 3: Product.name is mandatory"), std::string::npos) << log;
  EXPECT_NE(log.find("line 4: Value cannot be less than 0 (Product.price = -1)"), std::string::npos) << log;
  EXPECT_NE(log.find("line 6: the row has 3 columns, the header names 4"), std::string::npos) << log;
  EXPECT_NE(log.find("line 7: Duplicate key: Product.code"), std::string::npos) << log;
  // A later import without rejections leaves no stale file.
  options = optionsFor("p.csv", "ID,name\n20,a\n");
  EXPECT_EQ(run(options).state.rejected, 0u);
  EXPECT_FALSE(fs::exists(root_ / "p.rejects.csv"));
}

TEST_F(ImportJob, mapsPathsRelationsAndPictures) {
  addMaker(4);
  write("dot.svg", "<svg/>");
  auto options = optionsFor(
      "p.json",
      R"x([{"__KEY":"9","name":{"common":"Abc"},"by":4,"photo":"data:image/svg+xml;base64,PHN2Zy8+","ignored":1},
{"name":{"common":"Def"},"by":{"__KEY":4},"photo":{"file":"dot.svg"}},
{"name":{"common":"Ghi"},"by":5},{"name":{"common":"Jkl"},"photo":{"file":"../secret"}},{"name":{}}])x");
  options.map = {"name.common=name", "by=maker", "ignored="};
  const auto report = run(options);
  EXPECT_EQ(report.state.created, 2u);
  EXPECT_TRUE(report.unmatched.empty());
  EXPECT_EQ(entities("ID = 9", {"name", "maker_ID"}), R"([{"name":"Abc","maker_ID":4}])");
  EXPECT_EQ(entities("name = Def", {"ID", "maker_ID"}), R"([{"ID":10,"maker_ID":4}])");
  orda::Process process(*application_.datastore);
  for (const char* key : {"9", "10"}) {
    const auto entity = orda::DataClass::find(process, "Product")->get(Value::text(key));
    ASSERT_TRUE(entity);
    EXPECT_EQ(entity->get("photo").asBlob().bytes, "<svg/>");
  }
  const std::string log = contentOf(root_ / "p.rejects.ndjson.log");
  EXPECT_NE(log.find("there is no Maker with the key"), std::string::npos) << log;
  EXPECT_NE(log.find("../secret"), std::string::npos) << log;
  EXPECT_NE(contentOf(root_ / "p.rejects.ndjson").find("{\"name\":{}}\n"), std::string::npos);
}

TEST_F(ImportJob, refusesWhatMakesNoSense) {
  EXPECT_FALSE(tryRun(optionsFor("p.xyz", "")));
  auto options = optionsFor("p.csv", "foo,bar\n1,2\n");
  options.header = true;
  const auto nothing = tryRun(options);
  ASSERT_FALSE(nothing);
  EXPECT_NE(nothing.error().message().find("the file has bar, foo; the attributes are ID, name"), std::string::npos);
  for (const char* mapping : {"foo", "=name", "foo=nothing", "foo=products"}) {
    options.map = {mapping};
    EXPECT_FALSE(tryRun(options)) << mapping;
  }
  options.map = {"foo=name", "bar=name"};
  EXPECT_FALSE(tryRun(options));
  options.map = {"foo=name"};
  options.rejects = options.file;
  EXPECT_FALSE(tryRun(options));
  EXPECT_EQ(count(), 0u);
}

TEST_F(ImportJob, updatesByKey) {
  run(optionsFor("a.ndjson", "{\"ID\":1,\"name\":\"a\",\"price\":1}\n{\"ID\":2,\"name\":\"b\"}\n"));
  auto options =
      optionsFor("b.ndjson",
                 "{\"ID\":1,\"price\":2}\n{\"ID\":2,\"name\":\"b\"}\n{\"ID\":3,\"name\":\"c\"}\n{\"name\":\"d\"}\n"
                 "{\"ID\":3,\"name\":\"e\"}\n{\"ID\":1,\"name\":null}\n");
  options.upsert = true;
  const auto report = run(options);
  EXPECT_EQ(report.state.created, 2u);
  EXPECT_EQ(report.state.updated, 2u);
  EXPECT_EQ(report.state.unchanged, 1u);
  EXPECT_EQ(report.state.rejected, 1u);
  EXPECT_EQ(
      entities("ID > 0 order by ID", {"ID", "name", "price"}),
      R"([{"ID":1,"name":"a","price":2},{"ID":2,"name":"b","price":null},{"ID":3,"name":"e","price":null},{"ID":4,"name":"d","price":null}])");
}

TEST_F(ImportJob, dryRunWritesNothing) {
  run(optionsFor("a.csv", "ID,name,code\n1,a,x\n"));
  auto options = optionsFor("b.csv", "name,code,price\nb,X,1\nc,y,1\nd,z,-5\n");
  options.dryRun = true;
  const auto report = run(options);
  EXPECT_EQ(report.state.rejected, 2u);
  EXPECT_EQ(report.state.created, 1u);
  EXPECT_EQ(count(), 1u);
  EXPECT_FALSE(fs::exists(root_ / "b.rejects.csv"));
}

TEST_F(ImportJob, goesOnWhereItWasStopped) {
  std::string text = "ID,name\n";
  constexpr int rows = 3000;
  for (int i = 1; i <= rows; ++i) text += std::to_string(i) + (i % 100 == 0 ? ",\n" : ",n\n");
  auto options = optionsFor("p.csv", text);
  options.batch = 70;
  for (const std::uint64_t stop : {512u, 768u, 1024u}) {
    EXPECT_THROW((void)tryRun(options, stop), Stopped);
    open();  // as after a restart
    options.resume = true;
  }
  const std::uint64_t before = count();
  EXPECT_GT(before, 0u);
  EXPECT_LT(before, static_cast<std::uint64_t>(rows));
  const auto report = run(options);
  EXPECT_GT(report.resumedAfter, 0u);
  EXPECT_EQ(report.state.read, static_cast<std::uint64_t>(rows));
  EXPECT_EQ(report.state.rejected, 30u);
  EXPECT_EQ(count(), 2970u);
  const std::string rejects = contentOf(root_ / "p.rejects.csv");
  EXPECT_EQ(std::ranges::count(rejects, '\n'), 31);
  EXPECT_TRUE(run(options).alreadyFinished);
}

TEST_F(ImportJob, refusesToResumeAnotherFile) {
  std::string text;
  for (int i = 1; i <= 1000; ++i) text += "{\"ID\":" + std::to_string(i) + ",\"name\":\"n\"}\n";
  auto options = optionsFor("p.ndjson", text);
  options.batch = 50;
  EXPECT_THROW((void)tryRun(options, 512), Stopped);
  options.resume = true;
  options.map = {"other=code"};
  EXPECT_FALSE(tryRun(options));
  options.map.clear();
  write("p.ndjson", text + "{\"ID\":5000,\"name\":\"n\"}\n");
  const auto changed = tryRun(options);
  ASSERT_FALSE(changed);
  EXPECT_NE(changed.error().message().find("changed since"), std::string::npos);
}

TEST_F(ImportJob, findsManyDuplicatesInOneBatch) {
  std::string text;
  for (int i = 1; i <= 2000; ++i) text += "{\"ID\":" + std::to_string(i) + ",\"name\":\"n\"}\n";
  run(optionsFor("p.ndjson", text));
  const auto again = run(optionsFor("q.ndjson", text + "{\"ID\":2001,\"name\":\"n\"}\n{\"ID\":2001,\"name\":\"m\"}\n"));
  EXPECT_EQ(again.state.created, 1u);
  EXPECT_EQ(again.state.rejected, 2001u);
  EXPECT_EQ(again.reasons.size(), 20u);
}

TEST_F(ImportJob, keepsWhatCameBeforeABrokenEnd) {
  const auto broken = tryRun(optionsFor("p.json", "[{\"ID\":1,\"name\":\"a\"},{\"ID\":2,\"name\":"));
  ASSERT_FALSE(broken);
  EXPECT_EQ(count(), 1u);
}

TEST_F(ImportJob, explicitNumbersMoveTheSequence) {
  run(optionsFor("p.ndjson", "{\"ID\":40,\"name\":\"a\"}\n{\"name\":\"b\"}\n{\"ID\":0,\"name\":\"c\"}\n"));
  EXPECT_EQ(entities("name = b", {"ID"}), R"([{"ID":41}])");
  EXPECT_EQ(entities("name = c", {"ID"}), R"([{"ID":0}])");
}

TEST_F(ImportJob, runsConstructorAndEvents) {
  loadCode(
      "constructor()\n  this.price = 5\n\n"
      "function event touched name(event : object)\n  this.code = uppercase(this.name)\n\n"
      "function event validateSave price(event : object) : object\n"
      "  if (this.price != null && this.price > 100)\n    return {errCode: 4, message: \"too dear\"}\n  end\n\n"
      "function event saving(event : object)\n  this.stock = (this.stock == null) ? 1 : this.stock + 1\n");
  const auto report = run(optionsFor("p.csv", "ID,name,price\n1,ab,\n2,cd,500\n3,ef,7\n"));
  EXPECT_EQ(report.state.created, 2u);
  EXPECT_EQ(report.state.rejected, 1u);
  EXPECT_NE(report.reasons.at(0).find("too dear"), std::string::npos) << report.reasons.at(0);
  EXPECT_NE(contentOf(root_ / "p.rejects.csv").find("2,cd,500"), std::string::npos);
  EXPECT_EQ(entities("ID > 0", {"ID", "code", "price", "stock"}),
            R"([{"ID":1,"code":"AB","price":null,"stock":1},{"ID":3,"code":"EF","price":7,"stock":1}])");
}

TEST_F(ImportJob, updatesThroughEvents) {
  loadCode("function event saving(event : object)\n  this.stock = (this.stock == null) ? 1 : this.stock + 1\n");
  run(optionsFor("p.csv", "ID,name\n1,ab\n2,cd\n"));
  auto options = optionsFor("q.csv", "ID,name\n1,xx\n2,cd\n,new\n9,nine\n");
  options.upsert = true;
  const auto report = run(options);
  EXPECT_EQ(report.state.created, 2u);
  EXPECT_EQ(report.state.updated, 1u);
  EXPECT_EQ(report.state.unchanged, 1u);
  EXPECT_EQ(entities("ID > 0 order by ID", {"ID", "name", "stock"}),
            R"([{"ID":1,"name":"xx","stock":2},{"ID":2,"name":"cd","stock":1},{"ID":3,"name":"new","stock":1},)"
            R"({"ID":9,"name":"nine","stock":1}])");
}

TEST_F(ImportJob, undoesWhatTheCodeOfARefusedRowDid) {
  loadCode(
      "function event saving(event : object) : object\n"
      "  var other = ds.Maker.new()\n  other.name = this.name\n  other.save()\n"
      "  if (this.name == \"bad\")\n    throw(5, \"no\")\n  end\n");
  const auto report = run(optionsFor("p.csv", "name,code\na,1\nbad,2\nc,1\nd,3\n"));
  EXPECT_EQ(report.state.created, 2u);
  EXPECT_EQ(report.state.rejected, 2u);
  orda::Process process(*application_.datastore);
  EXPECT_EQ(json::text((*orda::DataClass::find(process, "Maker")->query("order by name"))
                           ->toCollection(std::vector<std::string>{"name"})),
            R"([{"name":"a"},{"name":"d"}])");
}

TEST_F(ImportJob, goesOnThroughEvents) {
  loadCode("function event saving(event : object)\n  this.code = string(this.ID)\n");
  std::string text;
  for (int i = 1; i <= 1000; ++i) text += "{\"ID\":" + std::to_string(i) + ",\"name\":\"n\"}\n";
  auto options = optionsFor("p.ndjson", text);
  options.batch = 50;
  EXPECT_THROW((void)tryRun(options, 512), Stopped);
  options.resume = true;
  const auto report = run(options);
  EXPECT_GE(report.resumedAfter, 50u);
  EXPECT_EQ(report.state.read, 1000u);
  EXPECT_EQ(report.state.created, 1000u);
  EXPECT_EQ(count(), 1000u);
  EXPECT_TRUE(run(options).alreadyFinished);
}

TEST_F(ImportJob, relatesThroughEvents) {
  loadCode("function event saving(event : object)\n  this.stock = 3\n");
  addMaker(4);
  const auto report = run(optionsFor("p.csv", "name,maker\na,4\nb,5\n"));
  EXPECT_EQ(report.state.created, 1u);
  EXPECT_EQ(report.state.rejected, 1u);
  EXPECT_EQ(entities("maker.ID = 4", {"name", "stock"}), R"([{"name":"a","stock":3}])");
}

TEST_F(ImportJob, runsNoCodeWithoutALanguageOrInADryRun) {
  loadCode("function event saving(event : object)\n  throw(5, \"never\")\n");
  auto options = optionsFor("p.csv", "name\na\n");
  options.dryRun = true;
  EXPECT_EQ(run(options).state.rejected, 0u);
  language_ = nullptr;
  options.dryRun = false;
  EXPECT_EQ(run(options).state.created, 1u);
}
