package io.whimbrel.server.rights;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.codec.Qos;
import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Origin;
import io.whimbrel.server.files.AuthFileException;
import java.io.InputStream;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our own form of rules. */
class RulesFileTest {
  private static final String FILE =
      """
      groups:
        operators: [alice, bob]
      rules:
        - allow: readwrite
          topic: [plant/#, alarms/#]
          group: operators
          address: [10.0.0.0/8, "2001:db8::/32"]
        - deny: read
          topic: plant/secret/#
        - allow: write
          topic: sensors/%c/#
          client-id: sensor-*
          listener: [tls, wss]
          qos-max: 1
          retain: false
        - allow: read
          topic: news/#
          user: ""
          qos-max: 0
        - allow: write
          topic: signed/#
          certificate: O=Acme,CN=dev*
      """;

  private final RuleSet rules = rules(FILE);

  @ParameterizedTest
  @CsvSource({
    "alice, 10.1.2.3:7, true",
    "bob, 10.255.0.1:7, true",
    "eve, 10.1.2.3:7, false",
    "alice, 11.1.2.3:7, false",
    "alice, '[2001:db8:1::2]:7', true",
    "alice, '[2001:db9::2]:7', false",
    "alice, unknown, false",
    "alice, unix, false",
    "'', 10.1.2.3:7, false",
  })
  void areAboutGroupsAndAddresses(String user, String address, boolean granted) {
    Subject who = new Subject("c", user, Set.of(), new Origin(address, "tcp"));
    assertThat(rules.publish(who, "plant/a", Qos.EXACTLY_ONCE, true).granted()).isEqualTo(granted);
    assertThat(rules.of(who).receives("alarms/1".getBytes(UTF_8))).isEqualTo(granted);
  }

  @Test
  void aRefusalOfReadingRefusesNoWriting() {
    Subject alice = new Subject("c", "alice", Set.of(), new Origin("10.0.0.1:1", "tcp"));
    assertThat(rules.publish(alice, "plant/secret/a", Qos.AT_MOST_ONCE, false).granted()).isTrue();
    assertThat(rules.of(alice).receives("plant/secret/a".getBytes(UTF_8))).isFalse();
    assertThat(rules.subscribe(alice, "plant/#", false, Qos.AT_MOST_ONCE).granted()).isTrue();
    assertThat(rules.subscribe(alice, "plant/secret/+", false, Qos.AT_MOST_ONCE).granted())
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "sensor-1, tls, sensors/sensor-1/t, 1, false, true",
    "sensor-1, wss, sensors/sensor-1/t, 0, false, true",
    "sensor-1, tcp, sensors/sensor-1/t, 1, false, false",
    "sensor-1, tls, sensors/sensor-2/t, 1, false, false",
    "other-1, tls, sensors/other-1/t, 1, false, false",
    "sensor-1, tls, sensors/sensor-1/t, 2, false, false",
    "sensor-1, tls, sensors/sensor-1/t, 1, true, false",
    "sensor-+, tls, sensors/sensor-+/t, 1, false, false",
    "sensor-/a, tls, sensors/sensor-/a/t, 1, false, false",
  })
  void areAboutClientsListenersQosAndRetain(
      String client, String listener, String topic, int qos, boolean retain, boolean granted) {
    Subject who = new Subject(client, "", Set.of(), new Origin("192.0.2.1:1", listener));
    assertThat(rules.publish(who, topic, Qos.of(qos), retain).granted()).isEqualTo(granted);
  }

  @Test
  void grantAFilterAtTheirCeiling() {
    Subject guest = new Subject("c", "", Set.of(), new Origin("192.0.2.1:1", "tcp"));
    Decision granted = rules.subscribe(guest, "news/#", false, Qos.EXACTLY_ONCE);
    assertThat(granted.granted()).isTrue();
    assertThat(granted.qosMax()).isEqualTo(Qos.AT_MOST_ONCE);
    RuleSet two =
        rules(
            """
            rules:
              - {allow: read, topic: a/#, qos-max: 0}
              - {allow: read, topic: a/b, qos-max: 1}
            """);
    assertThat(two.subscribe(guest, "a/b", false, Qos.EXACTLY_ONCE).qosMax())
        .isEqualTo(Qos.AT_LEAST_ONCE);
  }

  @Test
  void sayWhyTooMuchIsRefused() {
    Subject who = new Subject("sensor-1", "", Set.of(), new Origin("192.0.2.1:1", "tls"));
    assertThat(rules.publish(who, "sensors/sensor-1/t", Qos.EXACTLY_ONCE, false).reason())
        .isEqualTo("above what is granted by rules, line 10: allow write sensors/%c/#");
  }

  @Test
  void areAboutPartsOfACertificatesSubject() throws Exception {
    X509Certificate shown = certificate("alice.pem");
    String subject = shown.getSubjectX500Principal().getName();
    String whole = "rules:\n  - {allow: write, topic: a, certificate: '" + subject + "'}";
    assertThat(signed(whole, shown)).isTrue();
    assertThat(signed(whole, null)).isFalse();
    assertThat(signed("rules:\n  - {allow: write, topic: a, certificate: '*'}", shown)).isTrue();
    assertThat(signed("rules:\n  - {allow: write, topic: a, certificate: CN=nobody}", shown))
        .isFalse();
    assertThat(signed("rules:\n  - {allow: write, topic: a, certificate: 'O=*'}", shown))
        .isEqualTo(subject.contains("O="));
  }

  @Test
  void holdOfAClientNobodyRemembersTheOriginOf() {
    Subject gone = new Subject("sensor-1", "alice", Set.of(), Origin.FORGOTTEN);
    assertThat(rules.publish(gone, "plant/a", Qos.AT_MOST_ONCE, false).granted()).isTrue();
    assertThat(rules.publish(gone, "sensors/sensor-1/a", Qos.AT_MOST_ONCE, false).granted())
        .isTrue();
    Subject stranger = new Subject("sensor-1", "eve", Set.of(), Origin.FORGOTTEN);
    assertThat(rules.publish(stranger, "plant/a", Qos.AT_MOST_ONCE, false).granted()).isFalse();
  }

  @Test
  void knowOfAClientNobodyRemembersNoGroupsButTheirOwn() {
    RuleSet own = rules(FILE + "  - {deny: write, topic: plant/b, group: operators}\n");
    Subject given = new Subject("c", "eve", Set.of("operators"), new Origin("10.0.0.1:1", "tcp"));
    assertThat(own.publish(given, "plant/a", Qos.AT_MOST_ONCE, false).granted()).isTrue();
    Subject gone = new Subject("c", "eve", Set.of(), Origin.FORGOTTEN);
    assertThat(own.publish(gone, "plant/a", Qos.AT_MOST_ONCE, false).granted()).isFalse();
    Subject listed = new Subject("c", "alice", Set.of(), Origin.FORGOTTEN);
    assertThat(own.publish(listed, "plant/a", Qos.AT_MOST_ONCE, false).granted()).isTrue();
    assertThat(own.publish(listed, "plant/b", Qos.AT_MOST_ONCE, false).granted()).isFalse();
  }

  @Test
  void refuseEverythingWhereThereIsNone() {
    Subject who = new Subject("c", "u", Set.of(), new Origin("192.0.2.1:1", "tcp"));
    for (String none : new String[] {"", "rules: []", "# nothing"}) {
      assertThat(rules(none).publish(who, "a", Qos.AT_MOST_ONCE, false).granted()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rules: none",
        "rule: []",
        "[]",
        "rules:\n  - allow: write",
        "rules:\n  - topic: a",
        "rules:\n  - {allow: write, deny: read, topic: a}",
        "rules:\n  - {allow: all, topic: a}",
        "rules:\n  - {allow: write, topic: a#}",
        "rules:\n  - {allow: write, topic: ''}",
        "rules:\n  - {allow: write, topic: a, group: nobody}",
        "rules:\n  - {allow: write, topic: a, user: []}",
        "rules:\n  - {allow: write, topic: a, user: }",
        "rules:\n  - {allow: write, topic: a, address: 10.0.0.0/33}",
        "rules:\n  - {allow: write, topic: a, address: localhost}",
        "rules:\n  - {allow: write, topic: a, listener: mqtt}",
        "rules:\n  - {allow: write, topic: a, certificate: ''}",
        "rules:\n  - {allow: write, topic: a, certificate: 'CN=*;'}",
        "rules:\n  - {allow: write, topic: a, certificate: 'CN=a,'}",
        "rules:\n  - {allow: write, topic: a, certificate: a}",
        "rules:\n  - {allow: write, topic: a, qos-max: 3}",
        "rules:\n  - {allow: write, topic: a, retain: maybe}",
        "rules:\n  - {deny: write, topic: a, retain: false}",
        "rules:\n  - {allow: write, topic: a, users: b}",
        "rules:\n  - {allow: write, topic: a, topic: b}",
        "rules:\n  - {allow: write, topic: &x a, user: *x}",
        "rules:\n  - {allow: write, topic: [[a]]}",
        "a: [[[[[[[[]]]]]]]]",
        "rules: [\n",
        "---\nrules: []\n---\nrules: []",
      })
  void areRefusedWithThePlaceOfTheMistake(String text) {
    assertThatThrownBy(() -> RulesFile.of("rules", text))
        .isInstanceOf(AuthFileException.class)
        .hasMessageMatching("(?s)rules:[0-9]+: (found .*, allowed: .*|not YAML: .*)");
  }

  private static boolean signed(String text, X509Certificate shown) {
    Subject who =
        new Subject(
            "c", "", Set.of(), new Origin("192.0.2.1:1", "tls", DurabilityLevel.DISK, shown));
    return rules(text).publish(who, "a", Qos.AT_MOST_ONCE, false).granted();
  }

  private static X509Certificate certificate(String name) throws Exception {
    try (InputStream in = RulesFileTest.class.getResourceAsStream("/tls/" + name)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private static RuleSet rules(String text) {
    try {
      RulesFile file = RulesFile.of("rules", text);
      return new RuleSet(file.rules(), file.groups());
    } catch (AuthFileException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
