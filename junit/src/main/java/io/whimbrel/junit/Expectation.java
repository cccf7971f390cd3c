package io.whimbrel.junit;

import io.whimbrel.client.Message;
import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * What a test expects to be published at a broker. Counts are all messages since the broker was
 * started or told to {@link EmbeddedBroker#forget}, those before the question too. Immutable.
 *
 * <pre>{@code
 * broker.expect("home/+/temperature").payload("21.5").within(Duration.ofSeconds(5));
 * broker.expect("alarm/#").never(Duration.ofMillis(200));
 * }</pre>
 */
public final class Expectation {
  private static final int SHOWN_MAX = 10;

  private final Recorder recorder;
  private final String filter;
  private final Predicate<Message> predicate;
  private final List<String> words;
  private final int count;

  private Expectation(
      Recorder recorder,
      String filter,
      Predicate<Message> predicate,
      List<String> words,
      int count) {
    this.recorder = recorder;
    this.filter = filter;
    this.predicate = predicate;
    this.words = words;
    this.count = count;
  }

  /**
   * Any message of these topics.
   *
   * @throws IllegalArgumentException that is no Topic Filter, or one of topics that the recorder
   *     does not hear
   */
  static Expectation of(Recorder recorder, String filter) {
    TopicFilter topics;
    try {
      topics = TopicFilter.of(filter);
    } catch (ProtocolErrorException wrong) {
      throw new IllegalArgumentException(
          "not a filter: \"" + filter + "\": " + wrong.getMessage(), wrong);
    }
    if (filter.startsWith("$")) { // [MQTT-4.7.2-1]
      throw new IllegalArgumentException(
          "\"" + filter + "\": topics that begin with $ are not heard; subscribe to them");
    }
    return new Expectation(
        recorder, filter, message -> topics.matches(TopicName.of(message.topic())), List.of(), 1);
  }

  /** With this text, in UTF-8. */
  public Expectation payload(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return and("payload " + Heard.quoted(text), message -> Arrays.equals(message.payload(), bytes));
  }

  /** With these bytes. */
  public Expectation payload(byte[] bytes) {
    byte[] copied = bytes.clone();
    return and(
        "payload " + Heard.excerpt(copied), message -> Arrays.equals(message.payload(), copied));
  }

  /** For which this holds. */
  public Expectation matching(Predicate<Message> condition) {
    return matching("what the test asks of it", condition);
  }

  /**
   * For which this holds.
   *
   * @param what says it to who reads that the expectation failed
   */
  public Expectation matching(String what, Predicate<Message> condition) {
    return and(what, condition);
  }

  private Expectation and(String what, Predicate<Message> condition) {
    List<String> more = new ArrayList<>(words);
    more.add(what);
    return new Expectation(recorder, filter, predicate.and(condition), List.copyOf(more), count);
  }

  /**
   * So many, one where nothing is said. {@link #within} takes more for right; that there is not one
   * more is {@code count(n + 1).never(duration)}.
   */
  public Expectation count(int messages) {
    if (messages < 1) {
      throw new IllegalArgumentException("count is " + messages + "; allowed: 1 and more");
    }
    return new Expectation(recorder, filter, predicate, words, messages);
  }

  /**
   * Waits until they are there.
   *
   * @return all that match by then, in the order in which the broker delivered them
   * @throws AssertionError they were not there in time; says what came instead
   */
  public List<Message> within(Duration limit) {
    Look look = look(limit);
    if (look.matching.size() < count) {
      throw new AssertionError(
          "expected within " + limit.toMillis() + " ms: " + wish() + "\n" + look.report());
    }
    return List.copyOf(look.matching);
  }

  /**
   * Waits and sees that they do not come, and have not come before; at the end it knows of all that
   * the broker had acknowledged by then. So {@code never(Duration.ZERO)} asks of what has happened.
   *
   * @throws AssertionError they are there; says which, as soon as that is so; or it is not known,
   *     since the recorder has missed messages
   */
  public void never(Duration limit) {
    Look look = look(limit);
    String unknown = look.matching.size() < count ? catchUp(look) : "";
    if (look.matching.size() >= count) {
      throw new AssertionError(
          "expected never, for " + limit.toMillis() + " ms: " + wish() + "\n" + look.report());
    }
    if (look.missed > 0 || !unknown.isEmpty()) {
      throw new AssertionError(
          "nobody knows whether there never was: "
              + wish()
              + (unknown.isEmpty() ? "" : "; the recorder: " + unknown)
              + "\n"
              + look.report());
    }
  }

  private Look look(Duration limit) {
    Look look = new Look();
    long end = look.begun + limit.toNanos();
    try {
      do {
        look.take(recorder.since(look.next));
      } while (look.matching.size() < count && recorder.awaits(look.next, end));
    } catch (InterruptedException interrupted) {
      throw interrupted();
    }
    return look;
  }

  /** Why it is not known whether all was heard, or nothing. */
  private String catchUp(Look look) {
    try {
      String unknown = recorder.catchUp();
      look.take(recorder.since(look.next));
      return unknown;
    } catch (InterruptedException interrupted) {
      throw interrupted();
    }
  }

  private IllegalStateException interrupted() {
    Thread.currentThread().interrupt();
    return new IllegalStateException("the thread was interrupted while it expected " + wish());
  }

  private String wish() {
    return (count == 1 ? "a message" : count + " messages")
        + " on "
        + filter
        + (words.isEmpty() ? "" : " with " + String.join(" and ", words));
  }

  /** What one waiting has seen. */
  private final class Look {
    private final long begun = System.nanoTime();
    private final List<Message> matching = new ArrayList<>();
    private final List<String> latest = new ArrayList<>();
    private long next;
    private long seen;
    private long missed;

    void take(Recorder.View view) {
      next = view.next();
      missed += view.missed();
      for (Heard heard : view.heard()) {
        boolean matches = predicate.test(heard.message());
        if (matches) {
          matching.add(heard.message());
        }
        seen++;
        latest.add((matches ? "  * " : "    ") + heard.line());
        if (latest.size() > SHOWN_MAX) {
          latest.remove(0);
        }
      }
    }

    String report() {
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
      StringBuilder text = new StringBuilder();
      text.append("after ").append(millis).append(" ms ").append(matching.size());
      text.append(" of ").append(seen).append(" messages match");
      if (missed > 0) {
        text.append("; ").append(missed).append(" older ones were dropped, ");
        text.append(Recorder.MESSAGES_MAX).append(" messages and ");
        text.append(Recorder.BYTES_MAX >> 20).append(" MiB are kept");
      }
      String absence = recorder.absence();
      if (!absence.isEmpty()) {
        text.append("\nthe recorder hears nothing any more: ").append(absence);
      }
      if (!latest.isEmpty()) {
        text.append("\nthe last ").append(latest.size()).append(" (* matches):\n");
        text.append(String.join("\n", latest));
      }
      return text.toString();
    }
  }
}
