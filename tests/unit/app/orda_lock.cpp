// Pessimistic locks (orda.md 15.3).
#include "tests/unit/app/marina.h"

namespace qodly::orda::test {

class OrdaLock : public MarinaTest {
 protected:
  void SetUp() override {
    MarinaTest::SetUp();
    boat(R"({"name":"Kite"})");
    other_ = std::make_unique<Process>(datastore(), Identity{"second", "bob", "pier", 8, 0});
  }
  void TearDown() override {
    other_.reset();
    MarinaTest::TearDown();
  }
  EntityRef mine() { return boats().get(number(1)); }
  EntityRef theirs() { return in(*other_, "Boat").get(number(1)); }

  std::unique_ptr<Process> other_;
};

TEST_F(OrdaLock, OthersCanReadButNotLockSaveOrDrop) {
  const EntityRef boat = mine();
  EXPECT_EQ(show(boat->lock().toValue()), R"({"success":true})");
  const EntityRef foreign = theirs();
  EXPECT_EQ(foreign->get("name").asText(), "Kite");
  EXPECT_EQ(show(foreign->lock().toValue()),
            R"({"success":false,"status":3,"statusText":"Already locked","lockKind":1,)"
            R"("lockKindText":"Locked by record","lockInfo":{"task_id":7,"user_name":"ann","user4d_alias":"",)"
            R"("user4d_id":0,"host_name":"quay","task_name":"main","client_version":""}})");
  ASSERT_TRUE(foreign->set("name", text("Gull")));
  const Status saved = foreign->save();
  EXPECT_EQ(statusOf(saved), 3);
  EXPECT_FALSE(saved.toValue().asObject().get("lockInfo").asObject().find("user4d_id"));
  EXPECT_EQ(statusOf(foreign->drop()), 3);
  EXPECT_EQ(statusOf(foreign->drop(ForceDrop::yes)), 3);
  EXPECT_FALSE(foreign->unlock());
  EXPECT_TRUE(boat->unlock());
  EXPECT_FALSE(boat->unlock()) << "not locked any more";
  EXPECT_TRUE(foreign->save().success());
}

TEST_F(OrdaLock, EveryEntityOfTheProcessMaySave) {
  const EntityRef holder = mine(), second = mine();
  ASSERT_TRUE(holder->lock().success());
  ASSERT_TRUE(second->set("name", text("Gull")));
  EXPECT_TRUE(second->save().success());
  EXPECT_FALSE(second->unlock()) << "only the entity that locked unlocks";
}

TEST_F(OrdaLock, FreeWhenEachLockerHasUnlockedOrDisappeared) {
  EntityRef first = mine();
  {
    const EntityRef second = mine();
    ASSERT_TRUE(first->lock().success());
    ASSERT_TRUE(second->lock().success());
    ASSERT_TRUE(first->lock().success()) << "locking again is fine";
    EXPECT_TRUE(first->unlock());
    EXPECT_EQ(statusOf(theirs()->lock()), 3) << "the second entity still locks";
  }
  EXPECT_TRUE(theirs()->lock().success()) << "released with the last entity";
}

TEST_F(OrdaLock, ReleasedWithTheProcess) {
  {
    Process third(datastore());
    const EntityRef entity = in(third, "Boat").get(number(1));
    ASSERT_TRUE(entity->lock().success());
    EXPECT_EQ(statusOf(mine()->lock()), 3);
  }
  EXPECT_TRUE(mine()->lock().success());
}

TEST_F(OrdaLock, ChangedStampNeedsAReload) {
  const EntityRef stale = mine(), changer = theirs();
  ASSERT_TRUE(changer->set("name", text("Gull")));
  ASSERT_TRUE(changer->save().success());
  EXPECT_EQ(statusOf(stale->lock()), 2);
  EXPECT_TRUE(changer->lock().success()) << "a refused lock leaves the record free";
  EXPECT_TRUE(changer->unlock());
  EXPECT_EQ(show(stale->lock(ReloadIfChanged::yes).toValue()), R"({"success":true,"wasReloaded":true})");
  EXPECT_EQ(stale->get("name").asText(), "Gull");
  EXPECT_EQ(show(stale->lock(ReloadIfChanged::yes).toValue()), R"({"success":true,"wasReloaded":false})");
}

TEST_F(OrdaLock, MissingRecords) {
  EXPECT_EQ(statusOf(boats().create()->lock()), 5);
  const EntityRef gone = mine();
  ASSERT_TRUE(theirs()->drop().success());
  EXPECT_EQ(statusOf(gone->lock()), 5);
  EXPECT_FALSE(gone->unlock());
}

TEST_F(OrdaLock, UnlockOfADroppedRecordFails) {
  const EntityRef holder = mine();
  ASSERT_TRUE(holder->lock().success());
  ASSERT_TRUE(holder->drop().success());
  EXPECT_FALSE(holder->unlock());
}

TEST_F(OrdaLock, SessionLocksAreTheSessionsOwn) {
  const Owner session = datastore().newOwner();
  LockInfo info;
  info.owner = session;
  info.session = true;
  info.hostName = "h";
  info.clientAddress = "10.0.0.1";
  info.userAgent = "browser";
  const EntityRef boat = mine();
  const RecordId id{datastore().schema()->tables[boatIndex], boat->number()};
  ASSERT_FALSE(datastore().engine().locks().lock(id, info));
  ASSERT_TRUE(boat->set("name", text("Gull")));
  const Status refused = boat->save();
  EXPECT_EQ(show(refused.toValue()),
            R"({"success":false,"status":3,"statusText":"Already locked","lockKind":7,)"
            R"("lockKindText":"Locked by session","lockInfo":{"host":"h","IPAddr":"10.0.0.1","recordNumber":)" +
                std::to_string(boat->number()) + R"(,"userAgent":"browser"}})");
  Process own(datastore(), Identity{"rest", "ann", "h", 9, session});
  const EntityRef entity = in(own, "Boat").get(number(1));
  ASSERT_TRUE(entity->set("name", text("Tern")));
  EXPECT_TRUE(entity->lock().success());
  EXPECT_TRUE(entity->save().success());
  own.startTransaction();
  ASSERT_TRUE(entity->set("name", text("Skua")));
  EXPECT_TRUE(entity->save().success());
  EXPECT_TRUE(own.validateTransaction());
  EXPECT_TRUE(datastore().engine().locks().unlock(id, session));
}

}  // namespace qodly::orda::test
