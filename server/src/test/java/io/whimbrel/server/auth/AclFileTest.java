package io.whimbrel.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.server.auth.AclRule.Right;
import java.nio.charset.StandardCharsets;
import java.util.List;
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

  private final AclFile acl = acl(FILE);

  @ParameterizedTest
  @CsvSource({
    "'', c1, READ, news/today, true",
    "'', c1, READ, news, true",
    "'', c1, WRITE, news/today, false",
    "alice, c1, READ, news/today, false",
    "alice, c1, WRITE, alice/a/b, true",
    "alice, c1, READ, alice/#, false",
    "alice, c1, READ, alice/public/#, true",
    "alice, c1, READ, alice/+/x, false",
    "alice, c1, READ, alice/private, false",
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

  @ParameterizedTest
  @ValueSource(strings = {"+", "#", "a/b", "+/x", "..", "%u", "%c", "a%u", "/", ""})
  void aNameNeverBringsWildcardsOrLevelsOfItsOwn(String client) {
    AclFile patterns = acl("pattern readwrite d/%c/x\npattern readwrite u/%u");
    boolean plain = !client.isEmpty() && client.chars().noneMatch(c -> "+#/".indexOf(c) >= 0);

    assertThat(allows(patterns, "u", client, Right.READ, "d/other/x")).isFalse();
    assertThat(allows(patterns, "u", client, Right.READ, "d/+/x")).isFalse();
    assertThat(allows(patterns, client, "c", Right.WRITE, "u/someone")).isFalse();
    assertThat(allows(patterns, "u", client, Right.READ, "d/" + client + "/x")).isEqualTo(plain);
  }

  @Test
  void aNameWithLevelsDoesNotEscapeARefusal() {
    AclFile patterns = acl("pattern readwrite #\npattern deny own/%u/#");

    assertThat(allows(patterns, "a", "c", Right.WRITE, "own/a/x")).isFalse();
    assertThat(allows(patterns, "a", "c", Right.WRITE, "own/b/x")).isTrue();
    assertThat(allows(patterns, "a/b", "c", Right.WRITE, "own/a/b")).isFalse();
    assertThat(allows(patterns, "+", "c", Right.WRITE, "own/zoe/b")).isFalse();
    AclFile first = acl("pattern readwrite #\npattern deny %u/private");
    assertThat(allows(first, "a/b", "c", Right.WRITE, "a/b/private")).isFalse();
  }

  @Test
  void sayWhichRuleDecided() {
    AclRule rule = acl.deciding("alice", "c", Right.READ, levels("alice/private/x")).orElseThrow();

    assertThat(rule.line()).isEqualTo(5);
    assertThat(rule.text()).isEqualTo("topic deny alice/private/#");
    assertThat(acl.deciding("eve", "c", Right.READ, levels("x"))).isEmpty();
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
      AclFile acl, String user, String client, Right right, String topic) {
    return acl.deciding(user, client, right, levels(topic)).filter(r -> !r.denies()).isPresent();
  }

  private static List<String> levels(String topic) {
    return AclFilter.levels(topic.getBytes(StandardCharsets.UTF_8));
  }

  private static AclFile acl(String text) {
    try {
      return AclFile.of("acl", text.lines().toList());
    } catch (AuthFileException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
