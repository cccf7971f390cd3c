package io.whimbrel.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses of servers. */
final class ServerAddressTest {
  @ParameterizedTest
  @CsvSource({
    "mqtt://broker, broker, 1883, false, ''",
    "broker, broker, 1883, false, ''",
    "tcp://my_broker:1884/, my_broker, 1884, false, ''",
    "MQTTS://b.example, b.example, 8883, true, ''",
    "ssl://127.0.0.1:1, 127.0.0.1, 1, true, ''",
    "ws://broker, broker, 80, false, /mqtt",
    "wss://broker:8443/a/b?c=d, broker, 8443, true, /a/b?c=d",
    "mqtt://[::1]:1884, ::1, 1884, false, ''",
    "mqtt://[fe80::1%eth0], fe80::1%eth0, 1883, false, ''",
    "mqtt://bücher.example, bücher.example, 1883, false, ''",
  })
  void namesAServer(String text, String host, int port, boolean encrypted, String path) {
    assertThat(ServerAddress.of(text)).isEqualTo(new ServerAddress(host, port, encrypted, path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "mqtt://",
        "http://broker",
        "mqtt://a b",
        "mqtt://broker:0",
        "mqtt://broker:65536",
        "mqtt://broker/topic",
        "mqtt://-h",
        "mqtt://[broker]",
        "ws://broker/a b",
      })
  void isNoServer(String text) {
    assertThatThrownBy(() -> ServerAddress.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("not a server: \"" + text + "\"");
  }

  @Test
  void aPasswordIsNotRepeated() {
    assertThatThrownBy(() -> ServerAddress.of("mqtt://alice:secret@broker"))
        .hasMessageStartingWith("not a server: \"mqtt://...@broker\"")
        .hasMessageNotContaining("secret");
  }
}
