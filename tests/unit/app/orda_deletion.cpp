// Deletion control and change tracking (orda.md 5.4, 9.2).
#include <thread>

#include "tests/unit/app/marina.h"

namespace qodly::orda::test {

using model::Integrity;

class OrdaLeave : public MarinaTest {};
class OrdaReject : public MarinaTest {
 protected:
  OrdaReject() : MarinaTest({.harbour = Integrity::reject}) {}
};
class OrdaCascade : public MarinaTest {
 protected:
  OrdaCascade()
      : MarinaTest({.harbour = Integrity::remove, .skipper = Integrity::remove, .captain = Integrity::remove}) {}
};

TEST_F(OrdaLeave, ForeignKeysStay) {
  const EntityRef north = harbour(R"({"name":"North"})");
  boat(R"({"harbourID":1})");
  ASSERT_TRUE(north->drop().success());
  EXPECT_EQ(boats().get(number(1))->get("harbourID").asInteger(), 1);
  EXPECT_TRUE(boats().get(number(1))->get("harbour").isNull());
}

TEST_F(OrdaReject, RefusedWhileOneRelatedEntityExists) {
  const EntityRef north = harbour(R"({"name":"North"})");
  boat(R"({"harbourID":1})");
  boat(R"({"harbourID":1})");
  const Status status = north->drop();
  EXPECT_EQ(statusOf(status), 4);
  EXPECT_EQ(firstError(status), code::deletionRefused);
  EXPECT_NE(status.errors.front().message().find("Boat.harbour"), std::string::npos);
  EXPECT_NE(status.errors.front().message().find("2 related"), std::string::npos);
  EXPECT_EQ(harbours().getCount(), 1u);
  EXPECT_EQ(north->drop(ForceDrop::yes).errors.size(), 1u);
  ASSERT_TRUE(boats().get(number(1))->drop().success());
  EXPECT_EQ(statusOf(north->drop()), 4);
  ASSERT_TRUE(boats().get(number(2))->drop().success()) << "a many entity is never controlled";
  EXPECT_TRUE(north->drop().success());
}

TEST_F(OrdaReject, SelectionDropKeepsTheRefusedOnes) {
  harbour(R"({"name":"North"})");
  harbour(R"({"name":"South"})");
  harbour(R"({"name":"West"})");
  boat(R"({"harbourID":2})");
  std::vector<Status> failures;
  const SelectionRef left = harbours().all()->drop(StopOnFirstError::no, &failures);
  EXPECT_EQ(names(left), R"(["South"])");
  ASSERT_EQ(failures.size(), 1u);
  EXPECT_EQ(statusOf(failures.front()), 4);
  EXPECT_EQ(harbours().getCount(), 1u);
}

TEST_F(OrdaReject, SeenAsTheTransactionSeesIt) {
  const EntityRef north = harbour(R"({"name":"North"})");
  const EntityRef kite = boat(R"({"harbourID":1})");
  process().startTransaction();
  ASSERT_TRUE(kite->drop().success());
  EXPECT_TRUE(north->drop().success());
  ASSERT_TRUE(process().validateTransaction());
  EXPECT_EQ(harbours().getCount(), 0u);
}

TEST_F(OrdaReject, AnEntityRelatedMeanwhileFailsTheCommit) {
  const EntityRef north = harbour(R"({"name":"North"})");
  process().startTransaction();
  ASSERT_TRUE(north->drop().success());
  Process other(datastore());
  make(in(other, "Boat"), R"({"harbourID":1})");
  const auto validated = process().validateTransaction();
  ASSERT_FALSE(validated);
  EXPECT_EQ(validated.error().code(), code::deletionRefused);
  EXPECT_EQ(harbours().getCount(), 1u);
}

TEST_F(OrdaReject, AKeyTakenOverInTheSameTransaction) {
  const EntityRef north = harbour(R"({"name":"North"})");
  process().startTransaction();
  ASSERT_TRUE(north->drop().success());
  harbour(R"({"ID":1,"name":"New North"})");
  boat(R"({"harbourID":1})");
  ASSERT_TRUE(process().validateTransaction());
  EXPECT_EQ(Entity::from(boats().get(number(1))->get("harbour"))->get("name").asText(), "New North");
}

TEST_F(OrdaReject, RaceOfDropAndSave) {
  for (int round = 0; round < 20; ++round) {
    const EntityRef north = harbour(R"({"name":"North"})");
    const Value key = north->getKey();
    Status dropped;
    std::thread dropper([&] {
      Process own(datastore());
      dropped = in(own, "Harbour").get(key)->drop();
    });
    std::thread saver([&] {
      Process own(datastore());
      const EntityRef boat = in(own, "Boat").create();
      ASSERT_TRUE(boat->set("harbourID", key));
      ASSERT_TRUE(boat->save().success());
    });
    dropper.join();
    saver.join();
    if (!dropped.success()) {
      EXPECT_EQ(firstError(dropped), code::deletionRefused);
    }
    EXPECT_EQ(static_cast<bool>(harbours().get(key)), !dropped.success());
    boats().all()->drop();
  }
}

TEST_F(OrdaCascade, RelatedEntitiesGoFirstAndRecursively) {
  const EntityRef boss = sailor(R"({"last":"Boss"})");
  sailor(R"({"last":"Mate","captainID":1})");
  sailor(R"({"last":"Cook","captainID":2})");
  sailor(R"({"last":"Free"})");
  boat(R"({"name":"Kite","skipper":2})");
  boat(R"({"name":"Gull","skipper":4})");
  ASSERT_TRUE(boss->drop().success());
  EXPECT_EQ(show(sailors().all()->project("last").value()), R"(["Free"])");
  EXPECT_EQ(names(boats().all()), R"(["Gull"])");
}

TEST_F(OrdaCascade, LoopsEnd) {
  const EntityRef one = sailor(R"({"last":"One"})"), two = sailor(R"({"last":"Two","captainID":1})");
  ASSERT_TRUE(one->set("captain", toValue(two)));
  ASSERT_TRUE(one->save().success());
  const EntityRef self = sailor(R"({"ID":9,"last":"Self","captainID":9})");
  EXPECT_TRUE(self->drop().success());
  EXPECT_TRUE(sailors().get(number(2))->drop().success());
  EXPECT_EQ(sailors().getCount(), 0u);
}

TEST_F(OrdaCascade, ALockedRelatedEntityUndoesEverything) {
  const EntityRef north = harbour(R"({"name":"North"})");
  boat(R"({"name":"Kite","harbourID":1})");
  boat(R"({"name":"Gull","harbourID":1})");
  Process other(datastore());
  const EntityRef held = in(other, "Boat").get(number(2));
  ASSERT_TRUE(held->lock().success());
  const Status status = north->drop();
  EXPECT_EQ(statusOf(status), 3);
  ASSERT_FALSE(status.errors.empty());
  EXPECT_NE(status.errors.front().message().find("2 of Boat"), std::string::npos) << status.errors.front().message();
  EXPECT_EQ(boats().getCount(), 2u);
  EXPECT_EQ(harbours().getCount(), 1u);
  ASSERT_TRUE(held->unlock());
  EXPECT_TRUE(north->drop().success());
  EXPECT_EQ(boats().getCount(), 0u);
}

TEST_F(OrdaCascade, StampsOfRelatedEntitiesAreNotChecked) {
  const EntityRef north = harbour(R"({"name":"North"})");
  const EntityRef kite = boat(R"({"harbourID":1})");
  ASSERT_TRUE(kite->set("name", text("x")));
  ASSERT_TRUE(kite->save().success());
  EXPECT_TRUE(north->drop().success());
}

TEST_F(OrdaCascade, LongChain) {
  const int length = 3000;
  process().startTransaction();
  sailor(R"({"last":"s"})");
  for (int i = 2; i <= length; ++i) sailor("{\"last\":\"s\",\"captainID\":" + std::to_string(i - 1) + "}");
  ASSERT_TRUE(process().validateTransaction());
  ASSERT_TRUE(sailors().get(number(1))->drop().success());
  EXPECT_EQ(sailors().getCount(), 0u);
}

TEST_F(OrdaCascade, InsideATransactionItCanBeCancelled) {
  harbour(R"({"name":"North"})");
  boat(R"({"harbourID":1})");
  process().startTransaction();
  ASSERT_TRUE(harbours().get(number(1))->drop().success());
  EXPECT_EQ(boats().getCount(), 0u);
  ASSERT_TRUE(process().cancelTransaction());
  EXPECT_EQ(boats().getCount(), 1u);
  EXPECT_EQ(harbours().getCount(), 1u);
}

TEST_F(OrdaCascade, RaceOfDropAndSaveLeavesNoOrphanBehindTheDrop) {
  for (int round = 0; round < 20; ++round) {
    const Value key = harbour(R"({"name":"North"})")->getKey();
    std::atomic<bool> savedBefore = false, dropped = false;
    std::thread dropper([&] {
      Process own(datastore());
      EXPECT_TRUE(in(own, "Harbour").get(key)->drop().success());
      dropped = true;
    });
    std::thread saver([&] {
      Process own(datastore());
      const EntityRef boat = in(own, "Boat").create();
      ASSERT_TRUE(boat->set("harbourID", key));
      ASSERT_TRUE(boat->save().success());
      savedBefore = !dropped;
    });
    dropper.join();
    saver.join();
    EXPECT_FALSE(harbours().get(key));
    boats().all()->drop();
  }
}

class OrdaTracking : public MarinaTest {
 protected:
  OrdaTracking() : MarinaTest({.tracked = true}) {}
  std::int64_t stampOf(std::int64_t key) { return boats().get(number(key))->get("__GlobalStamp").asInteger(); }
};

TEST_F(OrdaLeave, WithoutTrackingTheStampIsZero) {
  boat(R"({"name":"a"})");
  EXPECT_EQ(datastore().getGlobalStamp(), 0u);
  ASSERT_TRUE(datastore().setGlobalStamp(50));
  EXPECT_EQ(datastore().getGlobalStamp(), 0u);
}

TEST_F(OrdaTracking, EveryEffectiveWriteTakesTheNextStamp) {
  EXPECT_EQ(datastore().getGlobalStamp(), 1u);
  const EntityRef kite = boat(R"({"name":"Kite","__GlobalStamp":77})");
  EXPECT_EQ(kite->get("__GlobalStamp").asInteger(), 1);
  EXPECT_EQ(stampOf(1), 1);
  boat(R"({"name":"Gull"})");
  EXPECT_EQ(stampOf(2), 2);
  EXPECT_EQ(datastore().getGlobalStamp(), 3u);
  EXPECT_TRUE(kite->save().success());
  EXPECT_EQ(datastore().getGlobalStamp(), 3u) << "nothing was written";
  ASSERT_TRUE(kite->set("name", text("Kestrel")));
  ASSERT_TRUE(kite->save().success());
  EXPECT_EQ(stampOf(1), 3);
  EXPECT_EQ(kite->getStamp(), 2u);
  ASSERT_TRUE(kite->set("name", text("Kea")));
  EXPECT_TRUE(kite->save().success()) << "the stamp that the commit gave is known to the entity";
  harbour(R"({"name":"North"})");
  EXPECT_EQ(datastore().getGlobalStamp(), 5u) << "Harbour is not tracked";
  EXPECT_EQ(find(boats(), "__GlobalStamp > 2")->length(), 1u);
}

TEST_F(OrdaTracking, AssigningIsRefused) {
  const EntityRef kite = boat(R"({"name":"Kite"})");
  EXPECT_EQ(kite->set("__GlobalStamp", number(5)).error().code(), code::readOnly);
  EXPECT_EQ(in("__DeletedRecords").create()->set("__Stamp", number(5)).error().code(), code::readOnly);
}

TEST_F(OrdaTracking, DropsAreRecorded) {
  boat(R"({"name":"Kite"})");
  boat(R"({"name":"Gull"})");
  ASSERT_TRUE(boats().get(number(1))->drop().success());
  EXPECT_EQ(datastore().getGlobalStamp(), 4u);
  const SelectionRef log = in("__DeletedRecords").all();
  const std::vector<std::string> filter{"__PrimaryKey,__Stamp,__TableName,__TableNumber"};
  EXPECT_EQ(show(log->toCollection(filter)),
            R"([{"__PrimaryKey":"1","__Stamp":3,"__TableName":"Boat","__TableNumber":2}])");
  EXPECT_TRUE(log->drop()->length() == 0) << "purging is allowed";
  EXPECT_EQ(datastore().getGlobalStamp(), 4u);
}

TEST_F(OrdaTracking, NumbersAreGivenAtTheOutermostValidation) {
  process().startTransaction();
  const EntityRef kite = boat(R"({"name":"Kite"})");
  EXPECT_TRUE(kite->get("__GlobalStamp").isNull());
  Process other(datastore());
  make(in(other, "Boat"), R"({"name":"Gull"})");
  ASSERT_TRUE(process().validateTransaction());
  const SelectionRef all = find(boats(), "order by __GlobalStamp");
  EXPECT_EQ(names(all), R"(["Gull","Kite"])");
  EXPECT_EQ(show(all->project("__GlobalStamp").value()), "[1,2]");
  process().startTransaction();
  boat(R"({"name":"Tern"})");
  ASSERT_TRUE(process().cancelTransaction());
  EXPECT_EQ(datastore().getGlobalStamp(), 3u);
}

TEST_F(OrdaTracking, SurvivesARestartAndCanBeSet) {
  boat(R"({"name":"Kite"})");
  ASSERT_TRUE(datastore().setGlobalStamp(100));
  boat(R"({"name":"Gull"})");
  EXPECT_EQ(stampOf(2), 100);
  close();
  open();
  EXPECT_EQ(datastore().getGlobalStamp(), 101u);
}

TEST_F(OrdaTracking, ARefusedCommitTakesNoStamp) {
  boat(R"({"code":"A"})");
  const EntityRef twin = boats().create();
  ASSERT_TRUE(twin->set("code", text("A")));
  EXPECT_EQ(statusOf(twin->save()), 4);
  EXPECT_EQ(datastore().getGlobalStamp(), 2u);
}

}  // namespace qodly::orda::test
