// Answers kept for writes that are sent again.
#include "rest/idempotency.h"

#include <gtest/gtest.h>

namespace qodly::rest {
namespace {

using Found = IdempotentAnswers::Found;

StoredAnswer answerOf(std::string body) {
  return {.status = 200, .contentType = "application/json", .etag = {}, .effects = {}, .body = std::move(body)};
}

TEST(IdempotentAnswers, AnswersTheSameRequestOnly) {
  IdempotentAnswers answers;
  std::shared_ptr<const StoredAnswer> found;
  EXPECT_EQ(answers.begin("k", "request", found), Found::isNew);
  EXPECT_EQ(answers.begin("k", "request", found), Found::underWay);
  answers.finish("k", answerOf("done"));
  EXPECT_EQ(answers.begin("k", "request", found), Found::answered);
  EXPECT_EQ(found->body, "done");
  EXPECT_EQ(answers.begin("k", "another", found), Found::differs);
}

TEST(IdempotentAnswers, ForgetsWhatWasNotDone) {
  IdempotentAnswers answers;
  std::shared_ptr<const StoredAnswer> found;
  EXPECT_EQ(answers.begin("k", "request", found), Found::isNew);
  answers.forget("k");
  EXPECT_EQ(answers.begin("k", "another", found), Found::isNew);
}

TEST(IdempotentAnswers, IsBoundedByKeysAndBytes) {
  IdempotentAnswers answers;
  std::shared_ptr<const StoredAnswer> found;
  for (std::size_t i = 0; i < IdempotentAnswers::maximumKeys; ++i) {
    const std::string key = std::to_string(i);
    EXPECT_EQ(answers.begin(key, "r", found), Found::isNew);
    answers.finish(key, answerOf("x"));
  }
  EXPECT_EQ(answers.begin("more", "r", found), Found::isNew);
  EXPECT_EQ(answers.begin("0", "r", found), Found::isNew) << "the oldest is forgotten";
  answers.finish("more", answerOf(std::string(IdempotentAnswers::maximumBytes + 1, 'x')));
  EXPECT_EQ(answers.begin("more", "r", found), Found::isNew) << "too large to be kept";
}

}  // namespace
}  // namespace qodly::rest
