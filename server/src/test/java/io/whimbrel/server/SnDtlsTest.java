package io.whimbrel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** MQTT-SN over DTLS: real handshakes. */
final class SnDtlsTest {
  private static final Path FILES = Path.of("src/test/resources/tls");
  private static final String PUMP = "0a0400 01003c 70756d70"; // Client Identifier pump
  private static final String ALICE = "0b0400 01003c 616c696365";
  private static final String PANEL = "0b0404 01003c 70616e656c";
  private static final String ACCEPTED = "030500";
  private static final String REFUSED = "030503";

  @TempDir Path directory;
  private Path keys;

  @BeforeEach
  void writeKeys() throws IOException {
    keys = Files.writeString(directory.resolve("keys"), "# devices\npump:0a0b0c\npanel:112233\n");
  }

  private TestBroker broker(String... more) throws Exception {
    String[] settings = {
      "sn-links.yard.kind", "dtls",
      "sn-links.yard.port", "any",
      "sn-links.yard.psk-file", keys.toString(),
      "sn.predefined-topics", "1=sn/one",
    };
    String[] all = Arrays.copyOf(settings, settings.length + more.length);
    System.arraycopy(more, 0, all, settings.length, more.length);
    return new TestBroker(all);
  }

  private static String[] certificates(String... more) {
    String[] settings = {
      "sn-links.yard.certificate", FILES.resolve("server.pem").toString(),
      "sn-links.yard.key", FILES.resolve("server.key").toString(),
      "sn-links.yard.ca", FILES.resolve("ca.pem").toString(),
    };
    String[] all = Arrays.copyOf(settings, settings.length + more.length);
    System.arraycopy(more, 0, all, settings.length, more.length);
    return all;
  }

  private static InetSocketAddress at(TestBroker broker) {
    int port =
        broker.server.listening().stream()
            .filter(one -> one.kind() == Listening.Kind.SN_DTLS)
            .findFirst()
            .orElseThrow()
            .port();
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private static DtlsDevice pump(TestBroker broker) throws IOException {
    return DtlsDevice.withKey(at(broker), "pump", "0a0b0c");
  }

  @Test
  void aDeviceWithAKeyIsTheUserOfThatName() throws Exception {
    Path rules =
        Files.writeString(
            directory.resolve("acl"), "user pump\ntopic write sn/one\nuser panel\ntopic read #\n");
    try (TestBroker broker = broker("auth.acl-file", rules.toString());
        DtlsDevice pump = pump(broker);
        DtlsDevice panel = DtlsDevice.withKey(at(broker), "panel", "112233")) {
      assertThat(pump.says(PUMP).hears()).isEqualTo(ACCEPTED);
      assertThat(pump.says("080c21 0001 0007 31").hears()).isEqualTo("070d0001000700");
      assertThat(panel.says("0b0404 01003c 70616e656c").hears()).isEqualTo(ACCEPTED);
      assertThat(panel.says("080c21 0001 0007 31").hears()).isEqualTo("070d0001000703");
      assertThat(panel.says("071221 0001 0001").hears()).isEqualTo("0813200001000100");
      pump.says("080c01 0001 0000 32");
      assertThat(panel.hears()).isEqualTo("080c010001000032");
    }
  }

  @ParameterizedTest
  @CsvSource({"pump, 0a0b0d", "nobody, 0a0b0c"})
  void aWrongKeyAndAnUnknownNameFailAlike(String identity, String key) throws Exception {
    try (TestBroker broker = broker();
        DtlsDevice wrong = DtlsDevice.withKey(at(broker), identity, key);
        DtlsDevice pump = pump(broker)) {
      assertThatThrownBy(() -> wrong.says(PUMP).hears()).isInstanceOf(IOException.class);
      assertThat(pump.says(PUMP).hears()).isEqualTo(ACCEPTED); // others are served
    }
  }

  @Test
  void aClientIdentifierIsBoundToItsUser() throws Exception {
    try (TestBroker broker = broker("sn-links.yard.client-name", "user-prefix");
        DtlsDevice pump = pump(broker)) {
      assertThat(pump.says(ALICE).hears()).isEqualTo(REFUSED);
      assertThat(pump.says("0c0400 01003c 70756d702d31").hears()).isEqualTo(ACCEPTED); // pump-1
      assertThat(pump.says("0b0400 01003c 70756d7031").hears()).isEqualTo(REFUSED); // pump1
    }
  }

  @Test
  void anAddressMayChangeWithinASession() throws Exception { // RFC 9146
    try (TestBroker broker = broker();
        Relocation nat = new Relocation(at(broker));
        DtlsDevice pump = DtlsDevice.withKey(nat.address(), "pump", "0a0b0c")) {
      assertThat(pump.says(PUMP).hears()).isEqualTo(ACCEPTED);
      nat.moves();
      assertThat(pump.says("0216").hears()).isEqualTo("0217");
    }
  }

  @Test
  void whatIsForADeviceDoesNotGoToAnotherAtTheAddressThatItHad() throws Exception {
    try (TestBroker broker = broker();
        Relocation nat = new Relocation(at(broker));
        DtlsDevice pump = DtlsDevice.withKey(nat.address(), "pump", "0a0b0c");
        DtlsDevice panel = DtlsDevice.withKey(nat.address(), "panel", "112233")) {
      assertThat(pump.says(PUMP).hears()).isEqualTo(ACCEPTED);
      assertThat(pump.says("071201 0001 0001").hears()).isEqualTo("0813000001000100");
      assertThat(panel.says(PANEL).hears()).isEqualTo(ACCEPTED); // the same address
      assertThat(panel.says("080c21 0001 0007 31").hears()).isEqualTo("070d0001000700");
      assertThat(panel.says("0216").hears()).isEqualTo("0217");
      broker.awaitMetric("whimbrel_sn_dropped_total", count -> count >= 1);
      assertThat(pump.says("0216").hears()).isEqualTo("0217"); // it speaks, and is there again
      pump.says("080c01 0001 0000 32");
      assertThat(pump.hears()).isEqualTo("080c010001000032");
    }
  }

  @ParameterizedTest
  @CsvSource({"0a040001003c70756d70, 030500", "061670756d70, 0217"})
  void aDeviceGoesOnWithASessionThatItResumes(String says, String hears) throws Exception {
    try (TestBroker broker = broker();
        DtlsDevice pump = pump(broker)) {
      assertThat(pump.says("0a0400 01003c 70756d70").hears()).isEqualTo(ACCEPTED);
      assertThat(pump.says("071221 0001 0001").hears()).isEqualTo("0813200001000100");
      pump.resumes();
      assertThat(pump.says(says).hears()).isEqualTo(hears);
      pump.says("080c01 0001 0000 32");
      assertThat(pump.hears()).isEqualTo("080c010001000032");
      assertThat(pump.says("0216").hears()).isEqualTo("0217");
    }
  }

  @Test
  void whatNoRecordHoldsIsDroppedAndItsPublisherStays() throws Exception { // RFC 6347, 4.1
    try (TestBroker broker = broker("sn-links.yard.datagram-bytes-max", "16384");
        DtlsDevice pump = pump(broker);
        Socket publisher = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
      assertThat(pump.says(PUMP).hears()).isEqualTo(ACCEPTED);
      assertThat(pump.says("071201 0001 0001").hears()).isEqualTo("0813000001000100");
      publisher.setSoTimeout(20_000);
      assertThat(answer(publisher, "100c 0004 4d515454 04 02 003c 0000")).isEqualTo("20020000");
      String longest = "00".repeat(16_384 - 9);
      String topic = "0006 736e2f6f6e65 0001";
      assertThat(answer(publisher, "32818001" + topic + longest)).isEqualTo("40020001");
      assertThat(pump.hears()).isEqualTo("0140000c0100010000" + longest);
      assertThat(answer(publisher, "32828001" + topic + longest + "00")).isEqualTo("40020001");
      broker.awaitMetric("whimbrel_sn_dropped_total", count -> count >= 1);
      assertThat(answer(publisher, "320b" + topic + "37")).isEqualTo("40020001");
      assertThat(pump.hears()).isEqualTo("080c010001000037");
    }
  }

  private static String answer(Socket to, String hex) throws IOException {
    to.getOutputStream().write(HexFormat.of().parseHex(hex.replace(" ", "")));
    return HexFormat.of().formatHex(to.getInputStream().readNBytes(4));
  }

  @Test
  void aSleeperWakesUpWithANewSession() throws Exception {
    try (TestBroker broker = broker();
        DtlsDevice before = pump(broker);
        DtlsDevice after = pump(broker);
        DtlsDevice panel = DtlsDevice.withKey(at(broker), "panel", "112233")) {
      assertThat(before.says(PUMP).hears()).isEqualTo(ACCEPTED);
      assertThat(before.says("0418012c").hears()).isEqualTo("0218");
      assertThat(panel.says("061670756d70").hears()).isEqualTo("0218"); // it is not the pump
      assertThat(after.says("061670756d70").hears()).isEqualTo("0217");
    }
  }

  @Test
  void aDeviceWithACertificateIsWhomItNames() throws Exception {
    try (LogLines log = new LogLines("io.whimbrel.clients");
        TestBroker broker = broker(certificates("sn-links.yard.client-name", "user"));
        DtlsDevice alice = DtlsDevice.withCertificate(at(broker), FILES, "alice");
        DtlsDevice pump = pump(broker)) {
      assertThat(alice.says(PUMP).hears()).isEqualTo(REFUSED);
      log.await("WARN 'pump' from 127.0.0.1:");
      log.await(" is not let in: no device of this name is let in here");
      assertThat(alice.says(ALICE).hears()).isEqualTo(ACCEPTED);
      assertThat(pump.says(PUMP).hears()).isEqualTo(ACCEPTED); // keys as well
    }
  }

  @ParameterizedTest
  @CsvSource({"stranger, ", "nameless, 030503"})
  void aCertificateOfOthersOrOfNobodyLetsNobodyIn(String who, @Nullable String answer)
      throws Exception {
    try (LogLines log = new LogLines("io.whimbrel.clients");
        TestBroker broker = broker(certificates());
        DtlsDevice device = DtlsDevice.withCertificate(at(broker), FILES, who)) {
      if (answer == null) {
        assertThatThrownBy(() -> device.says(ALICE).hears()).isInstanceOf(IOException.class);
        broker.awaitMetric("whimbrel_sn_refused_total", count -> count >= 1);
        log.await("WARN a device is not let in: its DTLS handshake failed");
      } else {
        assertThat(device.says(ALICE).hears()).isEqualTo(answer);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"late:99\n", "pump:0a0b0d\nlate:99\n"})
  void keysAreReadAgainAndWhoHasNoneAnyMoreIsPutOut(String next) throws Exception {
    try (TestBroker broker = broker();
        DtlsDevice pump = pump(broker);
        DtlsDevice late = DtlsDevice.withKey(at(broker), "late", "99")) {
      assertThat(pump.says(PUMP).hears()).isEqualTo(ACCEPTED);
      Files.writeString(keys, next);
      Files.setLastModifiedTime(keys, FileTime.fromMillis(1));
      assertThat(broker.reload()).isTrue();
      assertThat(late.says("0a0404 01003c 6c617465").hears()).isEqualTo(ACCEPTED);
      assertThat(pump.hears()).isEqualTo("0218");
    }
  }

  @Test
  void theLastKeyMayBeTakenAway() throws Exception {
    try (TestBroker broker = broker();
        DtlsDevice pump = pump(broker);
        DtlsDevice again = pump(broker)) {
      assertThat(pump.says(PUMP).hears()).isEqualTo(ACCEPTED);
      Files.writeString(keys, "# nobody\n");
      assertThat(broker.reload()).isTrue();
      assertThat(pump.hears()).isEqualTo("0218");
      assertThatThrownBy(() -> again.says(PUMP).hears()).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aSessionOfAKeyThatWasChangedIsNotResumed() throws Exception {
    try (TestBroker broker = broker();
        DtlsDevice pump = pump(broker);
        DtlsDevice other = DtlsDevice.withKey(at(broker), "pump", "0a0b0d")) {
      assertThat(pump.says(PUMP).hears()).isEqualTo(ACCEPTED);
      pump.resumes();
      assertThat(pump.says("061670756d70").hears()).isEqualTo("0217"); // with the key as it was
      Files.writeString(keys, "pump:0a0b0d\n");
      assertThat(broker.reload()).isTrue();
      assertThat(pump.hears()).isEqualTo("0218");
      assertThat(other.says(PUMP).hears()).isEqualTo(ACCEPTED);
      pump.resumes();
      assertThatThrownBy(() -> pump.says(PUMP).hears()).isInstanceOf(IOException.class);
      assertThat(other.says("0216").hears()).isEqualTo("0217");
    }
  }

  @Test
  void whoseCertificateIsNotTrustedAnyMoreIsPutOut() throws Exception {
    Path ca = Files.copy(FILES.resolve("ca.pem"), directory.resolve("ca"));
    try (TestBroker broker = broker(certificates("sn-links.yard.ca", ca.toString()));
        DtlsDevice alice = DtlsDevice.withCertificate(at(broker), FILES, "alice");
        DtlsDevice pump = pump(broker)) {
      assertThat(alice.says(ALICE).hears()).isEqualTo(ACCEPTED);
      assertThat(pump.says(PUMP).hears()).isEqualTo(ACCEPTED);
      assertThat(broker.reload()).isTrue();
      assertThat(alice.says("0216").hears()).isEqualTo("0217"); // nothing has changed
      Files.copy(FILES.resolve("other-ca.pem"), ca, StandardCopyOption.REPLACE_EXISTING);
      assertThat(broker.reload()).isTrue();
      assertThat(alice.hears()).isEqualTo("0218");
      assertThat(pump.says("0216").hears()).isEqualTo("0217");
    }
  }

  @Test
  void opensslIsADeviceToo() throws Exception {
    assumeTrue(hasOpenssl(), "there is no openssl here");
    try (TestBroker broker = broker()) {
      InetSocketAddress at = at(broker);
      Process openssl =
          new ProcessBuilder(
                  "openssl",
                  "s_client",
                  "-dtls1_2",
                  "-quiet",
                  "-psk_identity",
                  "pump",
                  "-psk",
                  "0a0b0c",
                  "-connect",
                  at.getAddress().getHostAddress() + ":" + at.getPort())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try (InputStream out = openssl.getInputStream()) {
        openssl.getOutputStream().write(HexFormat.of().parseHex("0a040401003c70756d70"));
        openssl.getOutputStream().flush();
        assertThat(HexFormat.of().formatHex(out.readNBytes(3))).isEqualTo(ACCEPTED);
      } finally {
        openssl.destroy();
      }
    }
  }

  private static boolean hasOpenssl() throws InterruptedException {
    try {
      return new ProcessBuilder("openssl", "version").start().waitFor() == 0;
    } catch (IOException none) {
      return false;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "pump, IDENTITY:KEY",
    "pump:0x77, in hexadecimal",
    "pump:, in hexadecimal",
    "'pump:77\npump:77', said twice"
  })
  void aWrongFileOfKeysIsToldAndNoKeyWithIt(String content, String told) throws Exception {
    Files.writeString(keys, content);
    assertThatThrownBy(this::broker)
        .hasMessageContaining(keys.toString())
        .hasMessageContaining(told)
        .hasMessageNotContaining(content);
  }
}
