package io.whimbrel.cli.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.codec.ProtocolVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which broker is meant, and who comes. */
class ConnectionTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "-d, mqtt://localhost",
    "-h broker -p 1884, mqtt://broker:1884",
    "-h ::1, mqtt://[::1]",
    "-p 8883, mqtts://localhost",
    "--cafile ca.pem, mqtts://localhost",
    "--cafile ca.pem -p 1884, mqtts://localhost:1884",
    "--tls-use-os-certs, mqtts://localhost",
    "--ws -p 9001, ws://localhost:9001/mqtt",
    "--ws-path there, ws://localhost/there",
    "-L mqtt://broker/a/b, mqtt://broker",
    "-L mqtt://broker:1884/a, mqtt://broker:1884",
    "-L mqtt://broker:1884/a -p 1885, mqtt://broker:1885",
    "-L mqtts://alice:s:3@cret@[fe80::1]:1884//a, mqtts://[fe80::1]:1884",
    "-L WS://broker:9001/a, ws://broker:9001/mqtt",
    "-L wss://broker/a --ws-path /x, wss://broker/x",
  })
  void flagsMakeAnAddress(String words, String address) {
    assertThat(of(words).address()).isEqualTo(address);
  }

  @Test
  void anUrlHasUserPasswordAndTopicAsTheyAre() {
    Connection connection = of("-L mqtt://alice:s:3@cret%20@broker//a/b -t c");

    assertThat(connection.user()).contains("alice");
    assertThat(connection.password()).contains("s:3@cret%20");
    assertThat(connection.topics()).containsExactly("/a/b", "c");
    assertThat(connection.topic()).isEqualTo("c");
    assertThat(connection.toString()).doesNotContain("cret");
  }

  @ParameterizedTest
  @CsvSource({"-d, MQTT_3_1_1", "-V 31, MQTT_3_1", "-V mqttv5, MQTT_5", "-V 311, MQTT_3_1_1"})
  void theVersionIsThatOfMosquitto(String words, ProtocolVersion version) {
    assertThat(of(words).version()).isEqualTo(version);
    assertThat(of(words + " -D connect receive-maximum 9").version())
        .isEqualTo(ProtocolVersion.MQTT_5);
    assertThat(Connection.of(Flags.read(Tool.REQUEST, List.of())).version())
        .isEqualTo(ProtocolVersion.MQTT_5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-V 4 | -V knows mqttv31, mqttv311 and mqttv5, not '4'",
        "-L broker/a | begins with mqtt://",
        "-h a/b | -h is no name of a host",
        "-h -L | -h is no name of a host",
        "-h http://a | -h is no name of a host",
        "-L mqtt:///a | the host is missing",
        "-L mqtt://broker:x/a | port is no number",
        "-c | -c needs a Client Identifier",
        "-c -V 5 | never expires needs a Client Identifier",
        "-x never -V 5 | -x 'never' is no number",
        "-i a -I b | -i and -I do not go together",
        "-P secret | a password alone needs MQTT 5",
        "-k 4 | -k '4' is no number from 5 to 65535",
        "--will-retain | --will-retain needs --will-topic",
        "--will-topic a/# | --will-topic is not a topic",
        "--cert none | --cert and --key go together",
        "--cafile none | --cafile: no such file: none",
        "--cafile . | --cafile: . cannot be read",
        "-p 8883 --tls-version tlsv1.1 | --tls-version knows tlsv1.2 and tlsv1.3",
        "-D nothing content-type x | -D knows no packet 'nothing'",
        "-D publish nothing x | -D knows no property 'nothing'",
        "-D connect content-type x | CONNECT has no property content-type",
        "-D publish topic-alias 3 | aliases are given by themselves",
        "-D connect receive-maximum 0 | -D receive-maximum cannot be '0'",
        "-D connect receive-maximum x | -D receive-maximum cannot be 'x'",
        "-D publish content-type x -D publish content-type y | -D content-type stands twice",
      })
  void whatCannotBeIsToldInALine(String words, String said) {
    assertThatThrownBy(() -> of(words).builder())
        .isInstanceOf(MistakeException.class)
        .hasMessageContaining(said)
        .hasMessageNotContaining("secret");
  }

  @Test
  void aKeyInAnotherFormIsNamedWithWhatToDo() throws Exception {
    Path pem = directory.resolve("pem");
    Files.writeString(pem, "-----BEGIN RSA PRIVATE KEY-----\n");

    assertThatThrownBy(() -> of("--cert " + pem + " --key " + pem).builder())
        .hasMessageContaining("openssl pkcs8 -topk8");
  }

  private static Connection of(String words) {
    return Connection.of(Flags.read(Tool.SUB, List.of(words.split(" "))));
  }
}
