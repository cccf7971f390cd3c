package io.whimbrel.cli.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that others wrote, over TLS, with certificates and passwords, within their rights. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class EncryptedClientsTest {
  // The password is "gr8 pass"; by mosquitto_passwd.
  private static final String ALICE =
      "alice:$7$101$Zhqxgv1kW1mAmPvm$I2GzuQRdJMjNWcQToKHf0eAoOiuaWafx/bgPNBStno9K5k"
          + "MVpiUlNCOAtJwZnNntw86rW+P4FfgvYRKui7cKQQ==\n";
  private static final String PASSWORD = "gr8 pass";

  private static Encryption encryption;
  private static BrokerProcess broker;

  private final List<Party> parties = new ArrayList<>();
  private String topic;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    encryption = Encryption.make("ours");
    encryption.write(directory.resolve("tls"));
    List<String> flags = new ArrayList<>(Encryption.flags(directory.resolve("tls")));
    flags.addAll(List.of("--port", "0", "--ws-port", "0"));
    flags.add("--password-file");
    flags.add(Files.writeString(directory.resolve("passwords"), ALICE).toString());
    flags.add("--acl-file");
    flags.add(Files.writeString(directory.resolve("acl"), "pattern of/%u/#\n").toString());
    broker = BrokerProcess.startWith(directory.resolve("data"), flags);
  }

  @AfterAll
  static void stop() throws Exception {
    try (BrokerProcess ending = broker) {
      ending.stopInGoodOrder();
    }
  }

  @BeforeEach
  void name(TestInfo test) {
    topic =
        "of/alice/"
            + test.getDisplayName().replaceAll("[^A-Za-z0-9_]", "")
            + test.getTestMethod().get().getName();
  }

  @AfterEach
  void leave() throws Exception {
    for (Party party : parties) {
      party.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void hearEveryQualityOfServiceAndAnyLength(Library library) throws Exception {
    Party subscriber = connected(library, "subscriber");
    subscriber.subscribe(topic + "/+", 2);
    Party publisher = connected(library, "publisher");
    for (int qos = 0; qos <= 2; qos++) {
      publisher.publish(topic + "/" + qos, "payload " + qos, qos, false);
      assertThat(subscriber.next())
          .hasToString(topic + "/" + qos + "=payload " + qos + " qos " + qos);
    }
    byte[] payload = new byte[2_000_000];
    new Random(1).nextBytes(payload);
    publisher.publish(topic + "/large", payload, 1, false);
    assertThat(subscriber.next().payload()).isEqualTo(payload);
  }

  @ParameterizedTest
  @EnumSource
  void findTheirSessionAgain(Library library) throws Exception {
    Party away = party(library, "away", badge());
    away.connect(false, null);
    away.subscribe(topic, 2);
    away.disconnect();
    Party publisher = connected(library, "publisher");
    for (int i = 0; i < 20; i++) {
      publisher.publish(topic, Integer.toString(i), 1, false);
    }

    away.connect(false, null);
    assertThat(away.sessionPresent()).isTrue();
    for (int i = 0; i < 20; i++) {
      assertThat(away.next()).hasToString(topic + "=" + i + " qos 1");
    }
    away.disconnect();
    away.connect(true, null);
  }

  @ParameterizedTest
  @EnumSource
  void doWhatTheirUserMay(Library library) throws Exception {
    Party alice = connected(library, "alice");

    assertThatThrownBy(() -> alice.subscribe("of/bob/#", 1)).isNotInstanceOf(AssertionError.class);
    alice.subscribe(topic, 1);
    alice.publish(topic, "mine", 1, false);
    assertThat(alice.next()).hasToString(topic + "=mine qos 1");
  }

  @ParameterizedTest
  @EnumSource
  void areRefusedWithoutACertificateThatCountsOrThePassword(Library library) throws Exception {
    Encryption other = Encryption.make("other");
    for (Badge wrong :
        List.of(
            Badge.of("alice", "wrong", encryption.authority(), encryption.authority().client("x")),
            Badge.of("alice", PASSWORD, encryption.authority(), other.authority().client("x")),
            Badge.without("alice", PASSWORD, encryption.authority()),
            Badge.of("alice", PASSWORD, other.authority(), encryption.authority().client("x")))) {
      Party refused = party(library, "refused", wrong);

      assertThatThrownBy(refused::connect).isNotInstanceOf(AssertionError.class);
    }
    connected(library, "accepted");
  }

  private Party connected(Library library, String name) throws Exception {
    Party party = party(library, name, badge());
    party.connect();
    return party;
  }

  private Party party(Library library, String name, Badge badge) throws Exception {
    Party party = library.party(broker, topic.replace('/', '-') + "-" + name, badge);
    parties.add(party);
    return party;
  }

  private static Badge badge() throws Exception {
    return Badge.of(
        "alice", PASSWORD, encryption.authority(), encryption.authority().client("device"));
  }
}
