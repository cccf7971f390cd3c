package io.whimbrel.cli.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicName;
import io.whimbrel.codec.Will;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Thousands of large CONNECT packets of 5.0 that are refused, each at another place: nothing of
 * them stays, neither of what they said nor of who they were.
 */
class RefusedConnectsTest {
  private static final int COUNT = Integer.getInteger("whimbrel.refused", 12_000);
  private static final int THREADS = 4;

  /** What all of them said is some thirty times as much. */
  private static final long HEAP_GROWTH_MAX = 8_000_000;

  private static final int SAID_BYTES = 20_000;

  // The password is "gr8 pass"; by mosquitto_passwd.
  private static final String PASSWORDS =
      "alice:$7$101$Zhqxgv1kW1mAmPvm$I2GzuQRdJMjNWcQToKHf0eAoOiuaWafx/bgPNBStno9K5k"
          + "MVpiUlNCOAtJwZnNntw86rW+P4FfgvYRKui7cKQQ==\n";

  /** Where a CONNECT fails, and what it is told. */
  private enum Flaw {
    A_WRONG_PASSWORD(ReasonCode.BAD_USER_NAME_OR_PASSWORD),
    NO_USER(ReasonCode.NOT_AUTHORIZED),
    A_WILL_IT_MAY_NOT_PUBLISH(ReasonCode.NOT_AUTHORIZED),
    AN_UNKNOWN_METHOD(ReasonCode.BAD_AUTHENTICATION_METHOD),
    A_WILL_PROPERTY_OF_ANOTHER_TYPE(ReasonCode.MALFORMED_PACKET),
    A_PASSWORD_LONGER_THAN_THE_PACKET(ReasonCode.MALFORMED_PACKET);

    final ReasonCode told;

    Flaw(ReasonCode told) {
      this.told = told;
    }

    byte[] bytes(int number) {
      boolean named = this != NO_USER;
      boolean wrong = this == A_WRONG_PASSWORD;
      Properties.Builder properties =
          Properties.builder()
              .set(PropertyId.SESSION_EXPIRY_INTERVAL, 3600)
              .user("number", Integer.toString(number));
      if (this == AN_UNKNOWN_METHOD) {
        properties.set(PropertyId.AUTHENTICATION_METHOD, "method " + number);
      }
      byte[] payload = new byte[SAID_BYTES];
      Arrays.fill(payload, (byte) number);
      Properties willProperties =
          Properties.builder()
              .set(PropertyId.CONTENT_TYPE, "marked")
              .set(PropertyId.WILL_DELAY_INTERVAL, 3600)
              .build();
      Connect connect =
          new Connect(
              ProtocolVersion.MQTT_5,
              false,
              0,
              properties.build(),
              "refused " + number,
              new Will(
                  TopicName.of("alice/" + number), payload, Qos.EXACTLY_ONCE, true, willProperties),
              named ? "alice" : null,
              named ? (wrong ? "wrong" : "gr8 pass").getBytes(StandardCharsets.UTF_8) : null);
      byte[] bytes = Wire.bytes(connect, ProtocolVersion.MQTT_5);
      if (this == A_WILL_PROPERTY_OF_ANOTHER_TYPE) {
        bytes[indexOf(bytes, "marked") - 3] = 0x11; // Session Expiry Interval, which no will has
      } else if (this == A_PASSWORD_LONGER_THAN_THE_PACKET) {
        bytes[indexOf(bytes, "gr8 pass") - 2] = 1;
      } else if (this == A_WILL_IT_MAY_NOT_PUBLISH) {
        bytes[indexOf(bytes, "alice/")] = 'm';
      }
      return bytes;
    }

    private static int indexOf(byte[] bytes, String part) {
      return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(part);
    }
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void leaveNothingBehind(@TempDir Path directory) throws Exception {
    Path passwords = Files.writeString(directory.resolve("passwords"), PASSWORDS);
    Path rights = Files.writeString(directory.resolve("acl"), "user alice\ntopic alice/#\n");
    Path file =
        Files.writeString(
            directory.resolve("refused.yaml"),
            """
            sys-topics: {interval: 0}
            logins: {failure-delay: 0, failures-max: 0}
            auth: {password-file: 'PASSWORDS', acl-file: 'RIGHTS'}
            """
                .replace("PASSWORDS", passwords.toString())
                .replace("RIGHTS", rights.toString()));
    try (BrokerProcess broker =
        BrokerProcess.start(directory.resolve("data"), "--config", file.toString())) {
      refuse(broker, COUNT / 4);
      long before = heapAtRest(broker);
      refuse(broker, COUNT);
      long after = heapAtRest(broker);

      assertThat(after - before).as("bytes that stay").isLessThan(HEAP_GROWTH_MAX);
      for (String gone :
          List.of("whimbrel_sessions", "whimbrel_clients", "whimbrel_retained_messages")) {
        assertThat(broker.metric(gone)).as(gone).isZero();
      }
      assertThat(broker.metric("whimbrel_internal_errors_total")).isZero();
      broker.stopInGoodOrder();
    }
  }

  private static long heapAtRest(BrokerProcess broker) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(BrokerProcess.PATIENCE_SECONDS);
    while (broker.metric("whimbrel_connections") != 0 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertThat(broker.metric("whimbrel_connections")).isZero();
    return broker.heapBytes();
  }

  private static void refuse(BrokerProcess broker, int count) throws Exception {
    List<Callable<Void>> shares = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      int first = thread;
      shares.add(
          () -> {
            for (int i = first; i < count; i += THREADS) {
              Flaw flaw = Flaw.values()[i / THREADS % Flaw.values().length];
              try (Wire wire = new Wire(broker, ProtocolVersion.MQTT_5)) {
                wire.send(flaw.bytes(i));
                List<Packet> answer = wire.rest();
                assertThat(answer).as(flaw.name()).hasSize(1);
                assertThat(((Connack) answer.get(0)).reason()).as(flaw.name()).isEqualTo(flaw.told);
              }
            }
            return null;
          });
    }
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      for (Future<Void> share : threads.invokeAll(shares)) {
        share.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
