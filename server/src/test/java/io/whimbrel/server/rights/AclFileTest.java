package io.whimbrel.server.rights;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.codec.Qos;
import io.whimbrel.core.port.Origin;
import io.whimbrel.server.files.AuthFileException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mosquitto's rights, and what attackers try on them. */
class AclFileTest {
  private static final String FILE =
      """
      topic read news/#

      user alice
      topic readwrite alice/#
      topic deny alice/private/#
      topic read $SYS/#
      topic write both words
      # a remark
      user bob smith
      topic bob/+/in
      pattern write sensors/%c/%u
      pattern deny audit/%u/#
      """;

  /** What a client wants to do. */
  enum Right {
    READ,
    WRITE
  }

  private final RuleSet acl = acl(FILE);

  @ParameterizedTest
  @CsvSource({
    "'', c1, READ, news/today, true",
    "'', c1, READ, news, true",
    "'', c1, WRITE, news/today, false",
    "alice, c1, READ, news/today, false",
    "alice, c1, WRITE, alice/a/b, true",
    "alice, c1, READ, alice/#, true",
    "alice, c1, READ, alice/private/#, false",
    "alice, c1, READ, alice/public/#, true",
    "alice, c1, READ, alice/+/x, true",
    "alice, c1, READ, alice/private, false",
    "alice, c1, READ, alice/private/+, false",
    "alice, c1, WRITE, alice/private/x, false",
    "alice, c1, READ, $SYS/broker/load, true",
    "alice, c1, READ, $SYS/#, true",
    "alice, c1, READ, #, false",
    "alice, c1, READ, +/a, false",
    "alice, c1, WRITE, both words, true",
    "bob smith, c1, READ, bob/a/in, true",
    "bob smith, c1, READ, bob/+/in, true",
    "bob smith, c1, READ, bob/#, false",
    "bob smith, c1, READ, bob/+/+, false",
    "alice, c1, WRITE, sensors/c1/alice, true",
    "alice, c1, WRITE, sensors/c2/alice, false",
    "alice, c1, READ, sensors/c1/alice, false",
    "'', c1, WRITE, sensors/c1/, false",
    "alice, c1, WRITE, audit/alice/x, false",
  })
  void grantWhatTheyCoverEntirely(
      String user, String client, Right right, String topic, boolean granted) {
    assertThat(allows(acl, user, client, right, topic)).isEqualTo(granted);
  }

  @Test
  void withholdWhatIsRefusedInsideOfAGrantedFilter() {
    Subject alice = new Subject("c", "alice", Set.of(), new Origin("192.0.2.1:1", "tcp"));

    assertThat(acl.of(alice).receives("alice/a".getBytes(UTF_8))).isTrue();
    assertThat(acl.of(alice).receives("alice/private/a".getBytes(UTF_8))).isFalse();
    assertThat(acl.of(alice).receives("news/a".getBytes(UTF_8))).isFalse();
    assertThat(acl.withholding(alice, "alice/#"))
        .containsExactly("acl, line 5: topic deny alice/private/#");
    assertThat(acl.withholding(alice, "alice/x/#")).isEmpty();
  }

  @Test
  void grantASharedSubscriptionOnlyWhereNothingOfItIsRefused() {
    Subject alice = new Subject("c", "alice", Set.of(), new Origin("192.0.2.1:1", "tcp"));

    assertThat(acl.subscribe(alice, "alice/#", true, Qos.AT_MOST_ONCE).granted()).isFalse();
    assertThat(acl.subscribe(alice, "alice/a/#", true, Qos.AT_MOST_ONCE).granted()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"+", "#", "a/b", "+/x", "..", "%u", "%c", "a%u", "/", "", "$SYS"})
  void aNameNeverBringsWildcardsOrLevelsOfItsOwn(String client) {
    RuleSet patterns = acl("pattern readwrite d/%c/x\npattern readwrite u/%u");
    boolean plain = !client.isEmpty() && client.chars().noneMatch(c -> "+#/$".indexOf(c) >= 0);

    assertThat(allows(patterns, "u", client, Right.READ, "d/other/x")).isFalse();
    assertThat(allows(patterns, "u", client, Right.READ, "d/+/x")).isFalse();
    assertThat(allows(patterns, client, "c", Right.WRITE, "u/someone")).isFalse();
    assertThat(allows(patterns, "u", client, Right.READ, "d/" + client + "/x")).isEqualTo(plain);
  }

  @Test
  void aNameWithLevelsDoesNotEscapeARefusal() {
    RuleSet patterns = acl("pattern readwrite #\npattern deny own/%u/#");

    assertThat(allows(patterns, "a", "c", Right.WRITE, "own/a/x")).isFalse();
    assertThat(allows(patterns, "a", "c", Right.WRITE, "own/b/x")).isTrue();
    assertThat(allows(patterns, "a/b", "c", Right.WRITE, "own/a/b")).isFalse();
    assertThat(allows(patterns, "+", "c", Right.WRITE, "own/zoe/b")).isFalse();
    RuleSet first = acl("pattern readwrite #\npattern deny %u/private");
    assertThat(allows(first, "a/b", "c", Right.WRITE, "a/b/private")).isFalse();
  }

  @Test
  void sayWhichRuleDecided() {
    assertThat(decision(acl, "alice", "c", Right.READ, "alice/private/x").reason())
        .isEqualTo("acl, line 5: topic deny alice/private/#");
    assertThat(decision(acl, "eve", "c", Right.READ, "x").reason())
        .isEqualTo("no rule grants all of it");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user",
        "topic",
        "topic Deny a/#",
        "topic none a",
        "topic read a # remark",
        "pattern",
        "topics a",
        "topic a#",
        "topic a/#/b",
        "topic read a+",
        "allow a"
      })
  void areRefusedWhereALineIsNone(String line) {
    assertThatThrownBy(() -> AclFile.of("acl", List.of("", line)))
        .isInstanceOf(AuthFileException.class)
        .hasMessageStartingWith("acl:2: found '" + line + "', allowed: ");
  }

  private static boolean allows(
      RuleSet acl, String user, String client, Right right, String topic) {
    return decision(acl, user, client, right, topic).granted();
  }

  private static Decision decision(
      RuleSet acl, String user, String client, Right right, String topic) {
    Subject who = new Subject(client, user, Set.of(), new Origin("192.0.2.1:1", "tcp"));
    return right == Right.WRITE
        ? acl.publish(who, topic, Qos.EXACTLY_ONCE, true)
        : acl.subscribe(who, topic, false, Qos.AT_MOST_ONCE);
  }

  private static RuleSet acl(String text) {
    try {
      return new RuleSet(AclFile.of("acl", text.lines().toList()), Groups.NONE);
    } catch (AuthFileException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
