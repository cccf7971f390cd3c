package io.whimbrel.server.ask;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.server.ask.Answers.Answer;
import io.whimbrel.server.ask.AskException.Why;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class EnquiryTest {
  private final FakeWeb web = new FakeWeb();
  private final List<String> told = new ArrayList<>();
  private long now = 1_000_000;
  private final Enquiry<Integer> enquiry = new Enquiry<>("x.url", web, () -> now, told::add);

  @Test
  void aServerThatDoesNotAnswerIsLeftAloneForAWhile() {
    for (int i = 0; i < 5; i++) {
      ask("a" + i);
      web.fail(Why.DOWN);
    }
    CompletableFuture<Integer> refused = ask("b");

    assertThat(why(refused)).isEqualTo(Why.PAUSED);
    assertThat(web.asked).hasSize(5);
    assertThat(enquiry.isOpen()).isTrue();
    assertThat(enquiry.failed()).isEqualTo(5);
    assertThat(enquiry.unasked()).isOne();

    now += 5_000;
    CompletableFuture<Integer> first = ask("c");
    assertThat(why(ask("d"))).isEqualTo(Why.PAUSED);
    web.answer(200, "7");
    assertThat(first).isCompletedWithValue(7);
    assertThat(enquiry.isOpen()).isFalse();
    assertThat(ask("d")).isNotDone();
  }

  @Test
  void aServerThatSaysThatItCannotIsLeftAloneAsWell() {
    for (int status : new int[] {500, 502, 503, 504, 429}) {
      CompletableFuture<Integer> asked = ask("a");
      web.answer(status, "7");
      assertThat(why(asked)).isEqualTo(Why.DOWN);
    }

    assertThat(enquiry.isOpen()).isTrue();
  }

  @Test
  void anAnswerThatMeansNothingShutsNobodyElseOut() {
    for (int i = 0; i < 20; i++) {
      CompletableFuture<Integer> asked = ask("a");
      web.answer(200, "seven");
      assertThat(why(asked)).isEqualTo(Why.USELESS);
    }

    assertThat(enquiry.isOpen()).isFalse();
    assertThat(enquiry.failed()).isEqualTo(20);
  }

  @Test
  void oneThatFindsTooManyAtOnceIsNoFailureOfTheServer() {
    for (int i = 0; i < 20; i++) {
      CompletableFuture<Integer> asked = ask("a");
      web.fail(Why.BUSY);
      assertThat(why(asked)).isEqualTo(Why.BUSY);
    }

    assertThat(enquiry.isOpen()).isFalse();
    assertThat(enquiry.unasked()).isEqualTo(20);
    assertThat(enquiry.failed()).isZero();
  }

  @Test
  void countsWhatWasSharedAndWhatWasKept() {
    ask("a");
    ask("a");
    web.answer(200, "7");
    assertThat(ask("a")).isCompletedWithValue(7);

    assertThat(web.asked).hasSize(1);
    assertThat(enquiry.answered()).isOne();
    assertThat(enquiry.shared()).isEqualTo(2);
  }

  @Test
  void peopleAreToldOnceASecond() {
    for (int i = 0; i < 3; i++) {
      ask("a");
      web.fail(Why.USELESS);
    }
    assertThat(told).containsExactly("x.url: the server is out; who asked was refused");
    now += 1_000;
    ask("a");
    web.fail(Why.USELESS);

    assertThat(told).hasSize(2);
  }

  private static Why why(CompletableFuture<Integer> failed) {
    assertThat(failed).isCompletedExceptionally();
    return AskException.of(failed.handle((value, error) -> error).join()).why();
  }

  private CompletableFuture<Integer> ask(String key) {
    return enquiry
        .ask(
            key,
            () -> new Question(URI.create("https://x.example/"), "GET", Map.of(), new byte[0]),
            reply -> {
              try {
                return new Answer<>(Integer.parseInt(new String(reply.body(), UTF_8)), now + 1_000);
              } catch (NumberFormatException none) {
                throw new AskException(Why.USELESS, "answered no number");
              }
            })
        .toCompletableFuture();
  }
}
