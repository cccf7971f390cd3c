package io.whimbrel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.server.config.ConfigException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the configuration is read from, again and again. */
class BrokerSourceTest {
  @TempDir Path directory;

  private Path usual;
  private BrokerSource source;

  @BeforeEach
  void begin() {
    usual = directory.resolve(BrokerFlags.CONFIG_FILE);
    BrokerFlags flags = new BrokerFlags();
    flags.add(BrokerFlag.PORT, "1885");
    source =
        new BrokerSource(flags, Map.of("WHIMBREL_LISTENERS_WEBSOCKET_PORT", "9005"), directory);
  }

  @Test
  void eachReadingHasTheSamePrecedence() throws Exception {
    Files.writeString(usual, "listeners: {tcp-port: 1, websocket-port: 2}\nlimits: {slice-max: 3}");
    source.read();
    Files.writeString(usual, "listeners: {tcp-port: 1, websocket-port: 2}\nlimits: {slice-max: 4}");

    var config = source.read().config();

    assertThat(config.listeners().tcpPort().number()).isEqualTo(1885);
    assertThat(config.listeners().websocketPort().number()).isEqualTo(9005);
    assertThat(config.limits().sliceMax()).isEqualTo(4);
    assertThat(source.files()).containsExactly(usual);
  }

  @Test
  void aUsualFileThatWasReadHasToBeThereFromThenOn() throws Exception {
    assertThat(source.read().config().limits().sliceMax()).isEqualTo(1000);
    assertThat(source.files()).isEmpty();
    Files.writeString(usual, "limits: {slice-max: 3}");
    assertThat(source.read().config().limits().sliceMax()).isEqualTo(3);

    Files.delete(usual);

    assertThatThrownBy(source::read)
        .isInstanceOf(ConfigException.class)
        .hasMessage(usual + ": there is no such file");
  }
}
