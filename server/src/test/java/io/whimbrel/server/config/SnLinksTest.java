package io.whimbrel.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Links of MQTT-SN, each with what it says itself and what is said of all. */
final class SnLinksTest {
  private static final String FILE =
      """
      sn:
        udp-port: 10000
        gateway-id: 3
        predefined-topics: 1=plant/one
        clients: pump-*,panel
        client-topics: pump-*:5=plant/%c/level
      sn-links:
        yard:
          kind: dtls
          port: 10001
          bind: 0.0.0.0
          psk-file: keys
          client-name: user
          predefined-topics: none
        zigbee:
          kind: xbee
          device: /dev/ttyUSB0
          api-mode: 2
          user-name: radio
          gateway-id: 4
        spare:
          kind: 'off'
      """;

  @TempDir Path directory;

  private EffectiveConfig read(String text, Map<String, String> variables) throws Exception {
    ConfigReader reader = new ConfigReader();
    reader.file(Files.writeString(directory.resolve("whimbrel.yaml"), text));
    reader.environment(variables);
    return reader.finish();
  }

  @Test
  void eachHasItsOwnAndWhatIsSaidOfAll() throws Exception {
    List<SnLinkConfig> links = read(FILE, Map.of()).config().sn().links();

    assertThat(links).extracting(SnLinkConfig::name).containsExactly("", "yard", "zigbee");
    assertThat(links).extracting(link -> link.settings().gatewayId()).containsExactly(3, 3, 4);
    assertThat(links)
        .extracting(link -> link.settings().predefined().size())
        .containsExactly(1, 0, 1);
    assertThat(links).extracting(SnLinkConfig::datagramBytesMax).containsExactly(1472, 1472, 72);
    assertThat(links).extracting(SnLinkConfig::bind).startsWith("127.0.0.1", "0.0.0.0");
    assertThat(links.get(2).line().apiMode()).isEqualTo(2);
    assertThat(links)
        .extracting(link -> link.title(0))
        .containsExactly("sn-3-0", "sn-yard", "sn-zigbee");
  }

  @Test
  void devicesAreKnownByTheirNames() throws Exception {
    List<SnLinkConfig> links = read(FILE, Map.of()).config().sn().links();
    var plain = links.get(0).settings().clients();
    var proved = links.get(1).settings().clients();

    assertThat(plain.mayBe("pump-1", null)).isTrue();
    assertThat(plain.mayBe("door", null)).isFalse();
    assertThat(proved.mayBe("pump-1", "pump-1")).isTrue();
    assertThat(proved.mayBe("pump-1", "pump-2")).isFalse();
    assertThat(plain.predefined("pump-1")).isEqualTo(Map.of(5, "plant/pump-1/level"));
    assertThat(plain.predefined("pump-#")).isEmpty(); // it would be no topic
    assertThat(plain.predefined("panel")).isEmpty();
  }

  @Test
  void whatIsPrintedIsReadAsTheSame() throws Exception {
    EffectiveConfig first = read(FILE, Map.of());
    EffectiveConfig again = read(first.settings().toYaml(), Map.of());

    assertThat(again.config()).isEqualTo(first.config());
    assertThat(first.settings().toYaml()).contains("sn-links:\n  spare:\n    kind: 'off' #");
  }

  @Test
  void variablesNameLinks() throws Exception {
    Map<String, String> variables =
        Map.of(
            "WHIMBREL_SN_LINKS_BACK_YARD_KIND", "udp",
            "WHIMBREL_SN_LINKS_BACK_YARD_PORT", "10002",
            "WHIMBREL_SN_LINKS_BACK_YARD_RETRY_DELAY", "3s");
    SnLinkConfig link = read("", variables).config().sn().links().get(0);

    assertThat(link.name()).isEqualTo("back-yard");
    assertThat(link.port()).isEqualTo(new Port(10002));
    assertThat(link.settings().retryMillis()).isEqualTo(3_000);
  }

  @Test
  void aLinkThatComesOrGoesAwaitsARestart() throws Exception {
    EffectiveConfig with = read("sn-links: {hall: {kind: udp, port: 10003}}", Map.of());
    EffectiveConfig without = read("", Map.of());

    assertThat(ConfigChange.of(with, without).awaiting())
        .anyMatch(line -> line.startsWith("sn-links.hall.kind: udp stays, off (default) needs"));
    assertThat(ConfigChange.of(without, with).awaiting())
        .anyMatch(line -> line.startsWith("sn-links.hall.kind: off stays, udp"));
  }

  @Test
  void whoseLinkKnowsThemAreAskedNothingElse() throws Exception {
    ServerConfig config = read(FILE, Map.of()).config();

    assertThat(config.auth().chains().get("sn-dtls")).startsWith("link");
    assertThat(config.auth().chains().get("sn-serial")).startsWith("link");
    assertThat(config.auth().chains().get("sn")).doesNotContain("link");
    assertThat(config.auth().chains().get("tcp")).doesNotContain("link");
  }
}
