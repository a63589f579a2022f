// Web sessions: cookies, idle time, guests that cost nothing, rotation, limits, ends.
#include "security/session.h"

#include <atomic>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "security/roles.h"
#include "security/session_privileges.h"

namespace qodly::security {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const Instant start{std::chrono::hours(500'000)};

SessionOptions options() { return {.applicationName = "Biblio"}; }

// A browser: keeps the cookie it is sent.
class Browser {
 public:
  explicit Browser(SessionTable& table) : table_(table) {}

  std::shared_ptr<Session> read(Instant now) {
    return visit(now, [](Visit& visit) { return visit.known(); });
  }
  std::shared_ptr<Session> store(Instant now) {
    return visit(now, [](Visit& visit) { return visit.session(); });
  }
  template <class Use>
  std::shared_ptr<Session> visit(Instant now, Use use) {
    Visit visit(table_, cookie_, false, now);
    std::shared_ptr<Session> session = use(visit);
    sent_.clear();
    visit.appendCookies(sent_);
    const std::size_t at = sent_.find("4DSID_Biblio=");
    if (at != std::string::npos) cookie_ = sent_.substr(at, sent_.find(';') - at);
    return session;
  }
  std::string value() const { return cookie_.substr(cookie_.find('=') + 1); }
  void setCookie(std::string cookie) { cookie_ = std::move(cookie); }
  const std::string& sent() const { return sent_; }

 private:
  SessionTable& table_;
  std::string cookie_, sent_;
};

TEST(Session, GuestsCostNothingUntilTheyStore) {
  SessionTable table(options());
  std::set<std::string> values;
  for (int i = 0; i < 1000; ++i) {
    Browser browser(table);
    EXPECT_EQ(browser.read(start), nullptr);
    values.insert(browser.value());
    EXPECT_EQ(browser.value().size(), 32u);
    EXPECT_EQ(browser.value().find_first_not_of("0123456789ABCDEF"), std::string::npos);
  }
  EXPECT_EQ(values.size(), 1000u);
  EXPECT_EQ(table.size(), 0u);
}

TEST(Session, TheCookieIsKept) {
  SessionTable table(options());
  Browser browser(table);
  browser.read(start);
  const std::string value = browser.value();
  const auto session = browser.store(start + minutes(1));
  ASSERT_NE(session, nullptr);
  EXPECT_EQ(browser.sent(), "");
  EXPECT_EQ(browser.value(), value);
  EXPECT_EQ(browser.read(start + minutes(2)), session);
  EXPECT_EQ(table.find(value, start + minutes(2)), session);
  EXPECT_EQ(table.cookieValue(*session), value);
  EXPECT_EQ(table.size(), 1u);
}

TEST(Session, CookieTextIsAsSpecified) {
  SessionTable table(options());
  Browser browser(table);
  browser.read(start);
  const std::string rest = browser.value() + "; Path=/; HttpOnly; SameSite=Lax; Max-Age=3600\r\n";
  EXPECT_EQ(browser.sent(), "Set-Cookie: 4DSID_Biblio=" + rest + "Set-Cookie: WASID4D=" + rest);

  SessionTable strict({.applicationName = "My App;", .legacyCookies = false, .sameSite = SameSite::None});
  Visit visit(strict, "", false, start);
  visit.known();
  std::string head;
  visit.appendCookies(head);
  EXPECT_TRUE(head.starts_with("Set-Cookie: 4DSID_My_App_=")) << head;
  EXPECT_NE(head.find("; SameSite=None; Max-Age=3600; Secure\r\n"), std::string::npos) << head;
  EXPECT_EQ(head.find("WASID4D"), std::string::npos);

  Visit tls(table, "", true, start);
  tls.known();
  head.clear();
  tls.appendCookies(head);
  EXPECT_NE(head.find("; Secure"), std::string::npos);
}

TEST(Session, NoCookieForWhoDoesNotAsk) {
  SessionTable table(options());
  Visit visit(table, "", false, start);
  std::string head;
  visit.appendCookies(head);
  EXPECT_EQ(head, "");
  Visit none;
  EXPECT_EQ(none.session(), nullptr);
  EXPECT_EQ(none.known(), nullptr);
  none.appendCookies(head);
  EXPECT_EQ(head, "");
}

TEST(Session, SynonymsOfTheCookie) {
  SessionTable table(options());
  Browser browser(table);
  const auto session = browser.store(start);
  const std::string value = browser.value();
  for (const auto& cookie : {"WASID4D=" + value, "WASID=" + value, "a=b; 4DSID_Biblio=" + value + " ; c",
                             "4DSID_Biblio=\"" + value + "\"", "WASID4D=0000; WASID=" + value}) {
    Visit visit(table, cookie, false, start);
    EXPECT_EQ(visit.known(), session) << cookie;
  }
  for (const auto& cookie :
       {"4DSID_Other=" + value, "X4DSID_Biblio=" + value, "4DSID_Biblio=" + value + "0",
        std::string("4DSID_Biblio=" + std::string(32, '0')), std::string("4DSID_Biblio"), std::string(";;=;")}) {
    Visit visit(table, cookie, false, start);
    EXPECT_EQ(visit.known(), nullptr) << cookie;
  }
}

TEST(Session, ValuesOfAnotherServerAreUnknown) {
  SessionTable table(options()), other(options());
  Browser browser(other);
  browser.store(start);
  Browser stranger(table);
  stranger.setCookie("4DSID_Biblio=" + browser.value());
  EXPECT_EQ(stranger.read(start), nullptr);
  EXPECT_NE(stranger.value(), browser.value());
}

TEST(Session, IdleTimeSlidesAndEnds) {
  SessionTable table(options());
  int ends = 0;
  table.onEnd([&](Session&) { ++ends; });
  Browser browser(table);
  const auto session = browser.store(start);
  const std::string value = browser.value();
  Instant now = start;
  for (int i = 0; i < 5; ++i) {
    now += minutes(59);
    EXPECT_EQ(browser.read(now), session);
    EXPECT_EQ(browser.value(), value);
    EXPECT_NE(browser.sent(), "");  // sent again, so that the browser does not drop it
  }
  EXPECT_EQ(session->expiration(), now + minutes(60));
  now += minutes(61);
  EXPECT_EQ(browser.read(now), nullptr);
  EXPECT_NE(browser.value(), value);
  EXPECT_TRUE(session->ended());
  EXPECT_EQ(ends, 1);
  EXPECT_EQ(table.size(), 0u);
}

TEST(Session, AnActiveGuestKeepsItsCookie) {
  SessionTable table(options());
  Browser browser(table);
  browser.read(start);
  const std::string value = browser.value();
  for (int minute = 4; minute < 600; minute += 50) {
    browser.read(start + minutes(minute));
    EXPECT_EQ(browser.value(), value) << minute;
  }
  browser.read(start + minutes(1000));
  EXPECT_NE(browser.value(), value);
}

TEST(Session, AnEndedSessionDoesNotComeBackAsAGuest) {
  SessionTable table(options());
  Browser browser(table);
  const auto session = browser.store(start);
  const std::string value = browser.value();
  table.end(session);
  table.end(session);
  table.sweep(start + minutes(1));
  EXPECT_EQ(table.find(value, start + minutes(1)), nullptr);
  EXPECT_EQ(browser.store(start + minutes(1))->id().size(), 32u);
  EXPECT_NE(browser.value(), value);
  EXPECT_EQ(table.size(), 1u);
}

TEST(Session, SweepEndsIdleSessions) {
  SessionTable table(options());
  std::vector<std::string> ended;
  table.onEnd([&](Session& session) { ended.push_back(session.id()); });
  Browser first(table), second(table);
  const auto one = first.store(start);
  second.store(start + minutes(30));
  table.sweep(start + minutes(61));
  EXPECT_EQ(ended, std::vector<std::string>{one->id()});
  EXPECT_EQ(table.size(), 1u);
  table.sweep(start + minutes(200));
  EXPECT_EQ(table.size(), 0u);
  EXPECT_EQ(ended.size(), 2u);
}

TEST(Session, IdleTimeoutIsAtLeastAnHour) {
  SessionTable table({.applicationName = "Biblio", .idleTimeout = minutes(5)});
  Browser browser(table);
  const auto session = browser.store(start);
  EXPECT_EQ(session->idleTimeout(), minutes(60));
  session->setIdleTimeout(minutes(10));
  EXPECT_EQ(session->idleTimeout(), minutes(60));
  browser.visit(start, [](Visit& visit) {
    visit.session()->setIdleTimeout(minutes(120));
    return visit.session();
  });
  EXPECT_NE(browser.sent().find("Max-Age=7200"), std::string::npos);
  EXPECT_EQ(browser.read(start + minutes(119)), session);
}

TEST(Session, ExpirationDateIsIso) {
  Session session(1, Instant(std::chrono::milliseconds(1'700'000'000'123)), minutes(60));
  EXPECT_EQ(session.expirationDate(), "2023-11-14T23:13:20.123Z");
}

// What a request does that gives its session rights.
void raise(Visit& visit, const Roles& roles, const std::string& privilege) {
  const auto session = visit.session();
  session->slot<SessionPrivileges>()->set(roles, {.privileges = {privilege}, .roles = {}, .userName = "Ada"});
  session->requestRotation();
  visit.use(session, true);
}

Roles twoPrivileges() {
  return Roles::read(R"({"privileges":[{"privilege":"low"},{"privilege":"high"}],"permissions":{"allowed":[]}})");
}

TEST(Session, TheOldValueOpensForAMinuteWhatTheSessionWas) {
  SessionTable table(options());
  const Roles roles = twoPrivileges();
  Browser browser(table);
  const auto session = browser.store(start);
  const std::string first = browser.value();
  browser.visit(start, [&](Visit& visit) {
    raise(visit, roles, "low");
    return visit.session();
  });
  const std::string second = browser.value();
  EXPECT_NE(second, first);
  browser.visit(start, [&](Visit& visit) {
    raise(visit, roles, "high");
    return visit.session();
  });
  EXPECT_EQ(browser.read(start + seconds(30)), session);
  EXPECT_EQ(session->find<SessionPrivileges>()->names(roles), (std::vector<std::string>{"low", "high"}));
  const auto guest = table.find(first, start + seconds(59)), low = table.find(second, start + seconds(59));
  ASSERT_TRUE(guest && low);
  EXPECT_NE(guest, session);
  EXPECT_TRUE(guest->find<SessionPrivileges>()->isGuest(roles));
  EXPECT_FALSE(guest->find<SessionPrivileges>()->isLoggedIn());
  EXPECT_EQ(low->find<SessionPrivileges>()->names(roles), std::vector<std::string>{"low"});
  EXPECT_EQ(low->find<SessionPrivileges>()->userName(), "Ada");
  EXPECT_EQ(table.all().size(), 1u);
  for (const std::string& old : {first, second}) EXPECT_EQ(table.find(old, start + seconds(61)), nullptr);
  EXPECT_EQ(browser.read(start + seconds(61)), session);
  table.sweep(start + seconds(62));
  EXPECT_EQ(table.all().size(), 1u);
  EXPECT_EQ(table.size(), 1u);
  EXPECT_TRUE(low->ended());
}

// Session fixation: who has planted the old value gets neither the new one nor what it opens, also by a request that
// began before.
TEST(Session, AReplacedValueBringsNobodyTheNewOne) {
  SessionTable table(options());
  const Roles roles = twoPrivileges();
  Browser browser(table);
  const auto session = browser.store(start);
  const std::string planted = table.cookieName() + "=" + browser.value();
  Visit sentBefore(table, planted, false, start);
  EXPECT_EQ(sentBefore.session(), session);
  browser.visit(start, [&](Visit& visit) {
    raise(visit, roles, "high");
    // Before anything of it is answered.
    EXPECT_NE(Visit(table, planted, false, start).session(), session);
    return visit.session();
  });
  for (const int second : {0, 1, 59}) {
    Visit visit(table, planted, false, start + seconds(second));
    EXPECT_NE(visit.session(), session) << second;
    std::string head;
    visit.appendCookies(head);
    EXPECT_EQ(head, "") << second;
  }
  std::string head;
  sentBefore.appendCookies(head);
  EXPECT_EQ(head, "");
}

TEST(Session, AValueThatNobodyKnowsIsNotChanged) {
  SessionTable table(options());
  const Roles roles = twoPrivileges();
  Browser browser(table);
  browser.visit(start, [&](Visit& visit) {
    raise(visit, roles, "low");
    raise(visit, roles, "high");
    return visit.session();
  });
  EXPECT_EQ(table.size(), 1u);
  EXPECT_TRUE(browser.read(start)->find<SessionPrivileges>()->isLoggedIn());
}

TEST(Session, WhoeverGetsNoCookieGetsNoneByALogin) {
  SessionTable table(options());
  const Roles roles = twoPrivileges();
  Visit visit(table, "", false, start);
  visit.use(nullptr, false);
  raise(visit, roles, "high");
  std::string head;
  visit.appendCookies(head);
  EXPECT_EQ(head, "");
}

TEST(Session, TheMaximumRefusesNewOnesOnly) {
  SessionTable table({.applicationName = "Biblio", .maxSessions = 2});
  Browser first(table), second(table), third(table);
  const auto one = first.store(start);
  EXPECT_NE(second.store(start), nullptr);
  EXPECT_EQ(third.store(start), nullptr);
  EXPECT_EQ(third.sent(), "");
  EXPECT_EQ(table.create(start), nullptr);
  EXPECT_EQ(first.store(start), one);
  table.end(one);
  EXPECT_NE(third.store(start), nullptr);
}

TEST(Session, ClientsThatIgnoreCookiesAreBounded) {
  SessionTable table({.applicationName = "Biblio", .maxUnconfirmedSessions = 10});
  Browser faithful(table), loggedIn(table);
  const auto kept = faithful.store(start);
  faithful.read(start);
  const auto alsoKept = loggedIn.store(start);
  alsoKept->confirm();
  for (int i = 0; i < 100; ++i) EXPECT_NE(Browser(table).store(start), nullptr);
  EXPECT_EQ(table.size(), 12u);
  EXPECT_FALSE(kept->ended());
  EXPECT_FALSE(alsoKept->ended());
}

TEST(Session, TheCookieHasItsNameDomainAndPath) {
  SessionTable table({.applicationName = "Biblio",
                      .legacyCookies = false,
                      .cookieName = "shop.sid",
                      .cookieDomain = "example.org",
                      .cookiePath = "/app"});
  EXPECT_EQ(table.cookieName(), "shop.sid");
  std::string sent;
  Visit visit(table, "", false, start);
  const auto session = visit.session();
  visit.appendCookies(sent);
  const std::string value = table.cookieValue(*session);
  EXPECT_EQ(sent, "Set-Cookie: shop.sid=" + value +
                      "; Path=/app; Domain=example.org; HttpOnly; SameSite=Lax; Max-Age=3600\r\n");
  const std::string header = "shop.sid=" + value;
  Visit again(table, header, false, start);
  EXPECT_EQ(again.session(), session);
}

TEST(Session, WhatMayChangeWhileItRuns) {
  SessionTable table({.applicationName = "Biblio"});
  Browser first(table), second(table);
  const auto one = first.store(start);
  EXPECT_TRUE(first.sent().contains("WASID4D="));
  table.apply({.applicationName = "Biblio",
               .legacyCookies = false,
               .sameSite = SameSite::Strict,
               .idleTimeout = minutes(120),
               .maxSessions = 1});
  EXPECT_EQ(second.store(start), nullptr);
  EXPECT_EQ(first.store(start), one);
  EXPECT_EQ(one->idleTimeout(), minutes(60));
  table.end(one);
  const auto two = second.store(start);
  ASSERT_NE(two, nullptr);
  EXPECT_EQ(two->idleTimeout(), minutes(120));
  EXPECT_TRUE(second.sent().contains("SameSite=Strict; Max-Age=7200"));
  EXPECT_FALSE(second.sent().contains("WASID4D="));
}

// Who is turned away from a session must not come back to it by asking for one.
TEST(Session, WithoutTheSessionOfTheCookieAnotherIsMade) {
  SessionTable table(options());
  Browser browser(table);
  const auto session = browser.store(start);
  const std::string header = "4DSID_Biblio=" + browser.value();
  Visit visit(table, header, false, start);
  ASSERT_EQ(visit.known(), session);
  visit.use(nullptr, true);
  EXPECT_EQ(visit.known(), nullptr);
  const auto other = visit.session();
  ASSERT_NE(other, nullptr);
  EXPECT_NE(other, session);
  std::string sent;
  visit.appendCookies(sent);
  EXPECT_TRUE(sent.contains("4DSID_Biblio=" + table.cookieValue(*other)));
}

TEST(Session, SlotsHoldOneOfEachType) {
  struct Sets {
    explicit Sets(int value) : first(value) {}
    int first;
  };
  SessionTable table(options());
  const auto session = table.create(start);
  EXPECT_EQ(session->find<Sets>(), nullptr);
  const auto sets = session->slot<Sets>(7);
  EXPECT_EQ(session->slot<Sets>(8), sets);
  EXPECT_EQ(session->find<Sets>()->first, 7);
  EXPECT_EQ(session->find<std::string>(), nullptr);
  *session->slot<std::string>() = "x";
  EXPECT_EQ(*session->find<std::string>(), "x");
}

TEST(Session, AnotherSessionForTheRequest) {
  SessionTable table(options());
  const auto key = table.create(start);
  Browser browser(table);
  browser.visit(start, [&](Visit& visit) {
    visit.use(key, false);
    return visit.session();
  });
  EXPECT_EQ(browser.sent(), "");
  browser.visit(start, [&](Visit& visit) {
    visit.use(key, true);
    return visit.session();
  });
  EXPECT_EQ(browser.value(), table.cookieValue(*key));
}

TEST(Session, TheTableEndsWhatIsLeft) {
  int ends = 0;
  {
    SessionTable table(options());
    table.onEnd([&](Session&) { ++ends; });
    (void)table.create(start);
    (void)table.create(start);
  }
  EXPECT_EQ(ends, 2);
}

TEST(Session, ParallelRequestsOfOneGuestShareOneSession) {
  SessionTable table(options());
  Browser browser(table);
  browser.read(start);
  const std::string cookie = "4DSID_Biblio=" + browser.value();
  std::vector<std::shared_ptr<Session>> found(8);
  std::vector<std::thread> threads;
  for (auto& session : found) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        Visit visit(table, cookie, false, start);
        session = visit.session();
        *session->slot<std::atomic<int>>() += 1;
        std::string head;
        visit.appendCookies(head);
        Visit crawler(table, "", false, start);
        (void)crawler.session();
        if (i % 50 == 0) table.sweep(start);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& session : found) EXPECT_EQ(session, found.front());
  EXPECT_EQ(*found.front()->find<std::atomic<int>>(), 8 * 200);
}

}  // namespace
}  // namespace qodly::security
