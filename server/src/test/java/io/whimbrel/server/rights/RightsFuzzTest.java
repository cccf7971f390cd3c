package io.whimbrel.server.rights;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.whimbrel.codec.Qos;
import io.whimbrel.server.files.AuthFileException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any text at all as a file of rights: three lines that say who asks, as which client, for what;
 * then the file. Without JAZZER_FUZZ these replay what stands here and in the resources; with
 * JAZZER_FUZZ=1 and one of them named they look for more.
 */
final class RightsFuzzTest {
  private static final int LENGTH_MAX = 500; // the naive reader is slow
  private static final Pattern LINES = Pattern.compile("\n");
  private static final Pattern SPEAKS_TO_TERMINALS =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

  private record Question(String user, String client, String topic, List<String> file) {
    static Optional<Question> in(byte[] input) {
      String[] lines = LINES.split(new String(input, StandardCharsets.UTF_8), -1);
      return lines.length < 3 || input.length > LENGTH_MAX
          ? Optional.empty()
          : Optional.of(
              new Question(lines[0], lines[1], lines[2], List.of(lines).subList(3, lines.length)));
    }

    Subject subject() {
      return Subject.of(client, user, "192.0.2.1", "tls");
    }

    byte[] bytes() {
      return topic.getBytes(StandardCharsets.UTF_8);
    }
  }

  /** Reads a file. */
  private interface Reading {
    RuleSet read() throws AuthFileException;
  }

  static Stream<Arguments> aclFiles() {
    return Stream.of(
            "alice\nc\nalice/#\nuser alice\ntopic readwrite alice/#\ntopic deny alice/x/#",
            "alice\nc\n+/alice\ntopic read news/#\npattern write s/%c/%u\npattern deny a/%u/#",
            "a/b\n+\nd/+\npattern d/%c\npattern deny %u/private",
            "u\nc\n$SYS/x\ntopic #\npattern deny +/x",
            "%c\n%u\n%c/x\npattern %u/#\n# a remark\n\nuser b smith\ntopic write both words",
            "u\nc\n#\npattern +/#",
            "u\nc\n/\npattern /\npattern deny a#",
            "u\nc\na/+/+\npattern read a/+\ntopics")
        .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.UTF_8)));
  }

  static Stream<Arguments> rulesFiles() {
    return Stream.of(
            "alice\nsensor-1\nplant/a\ngroups:\n  ops: [alice, bob]\nrules:\n- allow: readwrite\n"
                + "  topic: [plant/#, alarms/#]\n  group: ops\n- deny: read\n  topic: plant/x/#\n",
            "u\nsensor-1\nsensors/sensor-1/t\nrules:\n  - allow: write\n    topic: sensors/%c/#\n"
                + "    client-id: sensor-*\n    listener: tls\n    qos-max: 1\n    retain: false\n",
            "u\nc\nt\nrules:\n- {allow: read, topic: '+', address: 192.0.2.0/24}\n",
            "u\nc\nt\nrules:\n- {allow: read, topic: '#', certificate: 'CN=*', user: [u, '']}\n",
            "u\nc\nt\nrules: [&a {allow: read}, *a]\ngroups: {a: [b], a: c}\n",
            "u\nc\nt\n[[[[{{{{",
            "u\nc\nt\nrules:\n- deny: write\n  topic: a#\n")
        .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.UTF_8)));
  }

  @MethodSource("aclFiles")
  @FuzzTest(maxDuration = "10m")
  void rightsAreWhatTheyAreToANaiveReader(byte[] input) {
    Question asks = Question.in(input).orElse(null);
    if (asks == null) {
      return;
    }
    RuleSet rules = read(() -> new RuleSet(AclFile.of("f", asks.file), Groups.NONE)).orElse(null);
    if (rules == null || asks.topic.contains("\u0001")) {
      return;
    }
    NaiveRights naive = new NaiveRights(asks.file);
    if (isFilter(asks.topic)) {
      for (boolean shared : new boolean[] {true, false}) {
        assertThat(rules.subscribe(asks.subject(), asks.topic, shared, Qos.AT_MOST_ONCE).granted())
            .isEqualTo(naive.subscribes(asks.user, asks.client, asks.topic, shared));
      }
    }
    if (isTopic(asks.topic)) {
      assertThat(rules.publish(asks.subject(), asks.topic, Qos.AT_MOST_ONCE, false).granted())
          .isEqualTo(naive.publishes(asks.user, asks.client, asks.topic));
      assertThat(rules.of(asks.subject()).receives(asks.bytes()))
          .isEqualTo(naive.receives(asks.user, asks.client, asks.topic));
    }
  }

  @MethodSource("rulesFiles")
  @FuzzTest(maxDuration = "10m")
  void whatMayBeSubscribedToMayBeReceived(byte[] input) {
    Question asks = Question.in(input).orElse(null);
    if (asks == null) {
      return;
    }
    String text = String.join("\n", asks.file);
    Optional<RuleSet> read =
        read(
            () -> {
              RulesFile file = RulesFile.of("f", text);
              return new RuleSet(file.rules(), file.groups());
            });
    if (read.isPresent() && isTopic(asks.topic)) {
      assertThat(read.get().subscribe(asks.subject(), asks.topic, true, Qos.AT_MOST_ONCE).granted())
          .isEqualTo(read.get().of(asks.subject()).receives(asks.bytes()));
    }
  }

  private static Optional<RuleSet> read(Reading reading) {
    try {
      return Optional.of(reading.read());
    } catch (AuthFileException refused) {
      assertThat(refused).message().startsWith("f").doesNotContainPattern(SPEAKS_TO_TERMINALS);
      return Optional.empty();
    }
  }

  private static boolean isTopic(String text) {
    return isFilter(text) && text.indexOf('+') < 0 && text.indexOf('#') < 0;
  }

  private static boolean isFilter(String text) {
    try {
      AclFilter.of(text);
      return true;
    } catch (IllegalArgumentException none) {
      return false;
    }
  }
}
