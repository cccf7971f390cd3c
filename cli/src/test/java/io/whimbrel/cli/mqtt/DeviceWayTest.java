package io.whimbrel.cli.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.junit.EmbeddedBroker;
import io.whimbrel.line.PtyPair;
import io.whimbrel.server.Listening;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** By what the tools of MQTT-SN reach a broker. */
@Timeout(120)
class DeviceWayTest {
  private static final Path FILES = Path.of("../server/src/test/resources/tls");

  @TempDir Path directory;
  private final StringWriter err = new StringWriter();

  private int run(String... words) {
    return Tools.run(
        Tool.SN_PUB,
        List.of(words),
        Map.of("XDG_CONFIG_HOME", directory.toString()),
        new Streams(
            new ByteArrayInputStream(new byte[0]),
            new ByteArrayOutputStream(),
            new PrintWriter(err, true)),
        ends -> {},
        () -> {},
        () -> {});
  }

  @Test
  void aKeyOrACertificateIsForDtls() throws Exception {
    Path keys = Files.writeString(directory.resolve("keys"), "pump:0a0b0c\n");
    Map<String, String> settings =
        Map.of(
            "sn-links.yard.kind", "dtls",
            "sn-links.yard.port", "any",
            "sn-links.yard.psk-file", keys.toString(),
            "sn-links.yard.certificate", file("server.pem"),
            "sn-links.yard.key", file("server.key"),
            "sn-links.yard.ca", file("ca.pem"));
    try (EmbeddedBroker broker = EmbeddedBroker.start(settings)) {
      String port = String.valueOf(broker.port(Listening.Kind.SN_DTLS));
      String[] key = {
        "-h",
        "127.0.0.1",
        "-p",
        port,
        "--psk-identity",
        "pump",
        "--psk",
        "0a0b0c",
        "-t",
        "key",
        "-m",
        "1",
        "-q",
        "1"
      };
      assertThat(run(key)).as(err.toString()).isZero();
      broker.expect("key").payload("1").within(Duration.ofSeconds(30));
      String[] certificate = {
        "-h",
        "127.0.0.1",
        "-p",
        port,
        "--cert",
        file("alice.pem"),
        "--key",
        file("alice.key"),
        "--cafile",
        file("ca.pem"),
        "-t",
        "certificate",
        "-m",
        "2",
        "-q",
        "2"
      };
      assertThat(run(certificate)).as(err.toString()).isZero();
      broker.expect("certificate").payload("2").within(Duration.ofSeconds(30));
    }
  }

  private static String file(String name) {
    return FILES.resolve(name).toString();
  }

  @Test
  void aSerialLineHasADevice() throws Exception {
    try (PtyPair pair = new PtyPair(directory);
        EmbeddedBroker broker =
            EmbeddedBroker.start(
                Map.of(
                    "sn-links.line.kind",
                    "serial",
                    "sn-links.line.device",
                    pair.broker().toString()))) {
      String device = pair.device().toString();
      assertThat(run("--serial", device, "--baud", "115200", "-t", "line", "-m", "3", "-q", "1"))
          .as(err.toString())
          .isZero();
      broker.expect("line").payload("3").within(Duration.ofSeconds(30));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--psk 0a | DTLS by a key needs --psk and --psk-identity",
        "--psk 0x --psk-identity a | --psk-identity is a name, --psk a key of 1 to 64 octets in"
            + " hexadecimal",
        "--psk 0a --psk-identity a --cert a | DTLS is by --psk or by --cert, not by both",
        "--cert a --key b | DTLS by certificates needs --cert, --key and --cafile",
        "--serial /dev/x -p 1 | --serial has no host, no port and no DTLS",
        "--serial /dev/x --psk 0a --psk-identity a | --serial has no host, no port and no DTLS",
        "--baud 9600 | --baud is for --serial",
      })
  void whatContradictsItselfIsTold(String words, String said) {
    Flags flags = Flags.read(Tool.SN_PUB, List.of(words.strip().split(" ")));
    assertThatThrownBy(() -> DeviceWay.of(flags))
        .isInstanceOf(MistakeException.class)
        .hasMessage(said);
  }
}
