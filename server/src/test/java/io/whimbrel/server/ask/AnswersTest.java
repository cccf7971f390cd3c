package io.whimbrel.server.ask;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.server.ask.Answers.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class AnswersTest {
  private final Answers<String, Integer> answers = new Answers<>(2);
  private final List<CompletableFuture<Answer<Integer>>> asked = new ArrayList<>();

  @Test
  void whoAsksTheSameMeanwhileSharesTheAnswer() {
    CompletionStage<Integer> first = ask("a", 0);
    CompletionStage<Integer> second = ask("a", 0);
    CompletionStage<Integer> other = ask("b", 0);
    assertThat(asked).hasSize(2);
    asked.get(0).complete(new Answer<>(1, 0));

    assertThat(first).isCompletedWithValue(1);
    assertThat(second).isCompletedWithValue(1);
    assertThat(other).isNotDone();
    assertThat(answers.size()).isZero();
  }

  @Test
  void anAnswerCountsUntilItsTime() {
    ask("a", 0);
    asked.get(0).complete(new Answer<>(1, 100));

    assertThat(ask("a", 99)).isCompletedWithValue(1);
    assertThat(ask("a", 100)).isNotDone();
    assertThat(asked).hasSize(2);
  }

  @Test
  void aFailureIsSharedAndNotKept() {
    CompletionStage<Integer> first = ask("a", 0);
    CompletionStage<Integer> second = ask("a", 0);
    asked.get(0).completeExceptionally(new AskException(AskException.Why.DOWN, "is out"));

    assertThat(first).isCompletedExceptionally();
    assertThat(second).isCompletedExceptionally();
    assertThat(ask("a", 0)).isNotDone();
    assertThat(asked).hasSize(2);
  }

  @Test
  void aQuestionThatCannotEvenBeAskedFails() {
    CompletionStage<Integer> broken =
        answers.of(
            "a",
            0,
            () -> {
              throw new IllegalStateException("broken");
            });

    assertThat(broken).isCompletedExceptionally();
    assertThat(ask("a", 0)).as("nobody waits for it").isNotDone();
    assertThat(asked).hasSize(1);
  }

  @Test
  void theOneThatWasUsedLongestAgoIsForgotten() {
    for (String key : List.of("a", "b")) {
      ask(key, 0);
      asked.get(asked.size() - 1).complete(new Answer<>(1, 100));
    }
    ask("a", 0);
    ask("c", 0);
    asked.get(2).complete(new Answer<>(1, 100));

    assertThat(answers.size()).isEqualTo(2);
    assertThat(ask("a", 0)).isCompletedWithValue(1);
    assertThat(ask("b", 0)).isNotDone();
  }

  @Test
  void whoCancelsTakesTheAnswerFromNobody() {
    ask("a", 0).toCompletableFuture().cancel(true);
    CompletionStage<Integer> second = ask("a", 0);
    asked.get(0).complete(new Answer<>(1, 0));

    assertThat(second).isCompletedWithValue(1);
  }

  private CompletableFuture<Integer> ask(String key, long now) {
    return answers
        .of(
            key,
            now,
            () -> {
              CompletableFuture<Answer<Integer>> question = new CompletableFuture<>();
              asked.add(question);
              return question;
            })
        .toCompletableFuture();
  }
}
