package io.whimbrel.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Limits;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerConfigTest {
  @TempDir Path directory;

  @Test
  void theDefaultsListenOnThisMachineAlone() {
    ServerConfig config = ServerConfig.defaults();

    assertThat(config.listeners())
        .isEqualTo(
            new ServerConfig.Listeners(
                "127.0.0.1",
                new Port(1883),
                new Port(9001),
                new Port(0),
                new Port(0),
                false,
                Optional.empty(),
                "/mqtt",
                16 << 20,
                DurabilityLevel.DISK,
                DurabilityLevel.DISK,
                new ServerConfig.Proxies(
                    List.of(),
                    List.of(
                        AddressRange.of("127.0.0.0/8").orElseThrow(),
                        AddressRange.of("::1").orElseThrow())),
                1024,
                0,
                0));
    assertThat(config.auth().allowAnonymous()).isTrue();
    assertThat(config.needsStore()).isTrue();
    assertThat(config.listeners().isLoopback()).isTrue();
    assertThat(config.storage().directory()).isEqualTo(Path.of("./data"));
    assertThat(config.http()).isEqualTo(new ServerConfig.Http("127.0.0.1", new Port(9883)));
    assertThat(config.sysTopics().intervalSeconds()).isEqualTo(10);
    assertThat(config.log().level()).isEqualTo(ServerConfig.LogLevel.INFO);
  }

  @Test
  void aBrokerWhoseListenersAllPromiseNothingNeedsNoStore() throws Exception {
    assertThat(needsStore("memory", "memory", "9001")).isFalse();
    assertThat(needsStore("memory", "os", "9001")).isTrue();
    assertThat(needsStore("disk", "memory", "9001")).isTrue();
    assertThat(needsStore("memory", "disk", "0")).isFalse(); // nobody listens there
  }

  @Test
  void aUnixSocketAloneIsEnough() throws Exception {
    ServerConfig config =
        ServerConfig.of(
            Map.of(
                "listeners.bind", "0.0.0.0",
                "listeners.tcp-port", "0",
                "listeners.websocket-port", "0",
                "listeners.unix-socket", "run/broker.sock",
                "listeners.unix-socket-mode", "660"));
    ServerConfig.UnixSocket unix = config.listeners().unix().orElseThrow();

    assertThat(unix.path()).isEqualTo(Path.of("run/broker.sock"));
    assertThat(PosixFilePermissions.toString(unix.mode())).isEqualTo("rw-rw----");
    assertThat(config.listeners().isLoopback()).isTrue();
    assertThat(config.auth().allowAnonymous()).isTrue();
    assertThat(config.needsStore()).isTrue();
  }

  @Test
  void aUnixSocketMayAskNobodyWhereOthersDo() throws Exception {
    ServerConfig config =
        ServerConfig.of(
            Map.of(
                "listeners.bind", "0.0.0.0",
                "listeners.unix-socket", "run/broker.sock",
                "auth.password-file", "passwords",
                "auth.chain-unix", "anonymous"));

    assertThat(config.auth().chains())
        .containsEntry("unix", List.of("anonymous"))
        .containsEntry("tcp", List.of("password"));
  }

  @Test
  void usersOfScramAreCredentials() throws Exception {
    assertThat(ServerConfig.of(Map.of("auth.scram-file", "users")).auth().allowAnonymous())
        .isFalse();
    ServerConfig open =
        ServerConfig.of(
            Map.of(
                "listeners.bind", "0.0.0.0",
                "auth.scram-file", "users",
                "auth.password-file", "passwords"));
    assertThat(open.auth().chains()).containsEntry("tcp", List.of("password", "scram"));
    assertThat(open.auth().pluginSteps()).isEmpty();
    assertThat(open.auth().entranceFiles()).containsExactly(Path.of("passwords"), Path.of("users"));
    assertThat(
            ServerConfig.of(Map.of("listeners.bind", "0.0.0.0", "auth.scram-file", "users"))
                .auth()
                .chains())
        .containsEntry("tls", List.of("scram"));
  }

  @Test
  void aServerThatSaysWhoComesIsAskedBehindPasswordsAndLetsNobodyInUnasked() throws Exception {
    Map<String, String> open =
        Map.of("listeners.bind", "0.0.0.0", "auth.http-url", "https://auth.example/");
    Map<String, String> both =
        Map.of("auth.password-file", "passwords", "auth.http-url", "http://127.0.0.1:8080/mqtt");
    Map<String, String> plain =
        Map.of("auth.http-url", "http://auth.example/", "auth.http-plain", "true");

    assertThat(ServerConfig.of(open).auth().chains()).containsEntry("tcp", List.of("http"));
    assertThat(ServerConfig.of(open).auth().allowAnonymous()).isFalse();
    assertThat(ServerConfig.of(both).auth().chains())
        .containsEntry("tls", List.of("password", "http"));
    assertThat(ServerConfig.of(plain).auth().http().orElseThrow().plain()).isTrue();
    assertThat(ServerConfig.of(plain).auth().pluginSteps()).isEmpty();
    assertThat(ServerConfig.defaults().auth().http()).isEmpty();
  }

  @Test
  void whoComesThroughAProxyIsNotTakenForLocal() throws Exception {
    Map<String, String> proxied =
        Map.of(
            "listeners.proxy-protocol", "tcp, websocket",
            "listeners.proxy-from", "10.0.0.0/8, fd00::/8",
            "auth.password-file", "passwords");
    ServerConfig config = ServerConfig.of(proxied);

    assertThat(config.listeners().proxies().listeners())
        .containsExactly(ListenerKind.TCP, ListenerKind.WEBSOCKET);
    assertThat(config.listeners().isLoopback()).isFalse();
    assertThat(config.auth().allowAnonymous()).isFalse();
  }

  private static boolean needsStore(String tcp, String websocket, String websocketPort)
      throws Exception {
    return ServerConfig.of(
            Map.of(
                "listeners.tcp-durability", tcp,
                "listeners.websocket-durability", websocket,
                "listeners.websocket-port", websocketPort))
        .needsStore();
  }

  @Test
  void theDefaultLimitsAreTheCoresInItsUnits() {
    assertThat(ServerConfig.defaults().limits())
        .isEqualTo(
            new Limits(
                16 << 20,
                64 << 10,
                10_000,
                100_000,
                200,
                1_000,
                10_000,
                1_000_000,
                512L << 20,
                10_000,
                64L << 20,
                1_000,
                256L << 10,
                128,
                64 << 10,
                false,
                false,
                1_000,
                1_000,
                100,
                16,
                0,
                0,
                4_294_967_295L,
                1 << 20,
                60_000,
                1_024,
                4_096,
                16_384,
                64L << 20,
                Runtime.getRuntime().maxMemory() / 2,
                0,
                false,
                false,
                false,
                1_000));
  }

  @Test
  void everyComponentOfTheCoresLimitsHasItsKeyInTheSameOrder() {
    List<String> expected =
        Arrays.stream(Limits.class.getRecordComponents())
            .map(RecordComponent::getName)
            .map(name -> name.equals("dropOldest") ? "dropPolicy" : name)
            .map(name -> name.equals("stuckOutputMillis") ? "stuckOutputTimeout" : name)
            .map(name -> name.replaceFirst("(Millis|Seconds)$", ""))
            .map(name -> name.replaceAll("(?=[A-Z])", "-").toLowerCase(Locale.ROOT))
            .toList();

    assertThat(ConfigKeys.all())
        .filteredOn(key -> key.section().equals("limits"))
        .extracting(ConfigKey::name)
        .containsExactlyElementsOf(expected);
  }

  @Test
  void everyDefaultIsWrittenAsPrintConfigWritesIt() {
    assertThat(ConfigKeys.all())
        .allSatisfy(
            key ->
                assertThat(key.kind().canonical(key.defaultText())).isEqualTo(key.defaultText()));
  }

  @Test
  void everyKeyHasAPathAndAVariableOfItsOwn() {
    assertThat(ConfigKeys.all()).extracting(ConfigKey::path).doesNotHaveDuplicates();
    assertThat(ConfigKeys.all()).extracting(ConfigKey::variable).doesNotHaveDuplicates();
  }

  @Test
  void flagsBeatVariablesBeatTheFileBeatsTheDefaults() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("w.yaml"),
            "listeners:\n  tcp-port: 1\n  websocket-port: 1001\nhttp:\n  port: 2001\n");
    ConfigReader reader = new ConfigReader();
    reader.file(file);
    reader.environment(
        Map.of("WHIMBREL_LISTENERS_TCP_PORT", "2", "WHIMBREL_LISTENERS_WEBSOCKET_PORT", "1002"));
    reader.flag("--port", "listeners.tcp-port", "3");

    EffectiveConfig effective = reader.finish();

    assertThat(effective.config().listeners().tcpPort()).isEqualTo(new Port(3));
    assertThat(effective.config().listeners().websocketPort()).isEqualTo(new Port(1002));
    assertThat(effective.config().http().port()).isEqualTo(new Port(2001));
    assertThat(effective.settings().toYaml())
        .contains("  bind: 127.0.0.1 # default\n")
        .contains("  tcp-port: 3 # flag --port\n")
        .contains("  websocket-port: 1002 # environment WHIMBREL_LISTENERS_WEBSOCKET_PORT\n")
        .contains("  port: 2001 # " + file + ":5\n");
  }

  @Test
  void whatIsPrintedParsesToTheSameConfiguration() throws Exception {
    Map<String, String> values = new HashMap<>();
    values.put("listeners.bind", "::1");
    values.put("listeners.tcp-port", "any");
    values.put("listeners.websocket-port", "0");
    values.put("listeners.websocket-path", "/it's/#not".replace("#", "%23"));
    values.put("data-dir", "a 'quoted' # path: with [all] \\ \"that\" ünsettles");
    values.put("limits.packet-size-max", "268435455");
    values.put("limits.connect-timeout", "1500");
    values.put("limits.drop-policy", "oldest");
    values.put("limits.session-expiry-max", "4294967295");
    values.put("limits.memory-bytes-max", "auto");
    values.put("log.level", "WARN");
    ConfigReader first = new ConfigReader();
    values.forEach((key, text) -> first.flag("--x\n#", key, text));
    EffectiveConfig written = first.finish();

    ConfigReader second = new ConfigReader();
    second.file(Files.writeString(directory.resolve("w.yaml"), written.settings().toYaml()));

    assertThat(second.finish().config()).isEqualTo(written.config());
  }

  @Test
  void directoriesWithAMeaningInYamlSurviveBeingPrinted() throws Exception {
    for (String name : List.of("null", "true", "off", "1e3", "0x10", "-", "---", "~", "a:", "&a")) {
      Settings settings =
          new Settings(Map.of("data-dir", new Settings.Setting(name, Origin.DEFAULT)));
      ConfigReader reader = new ConfigReader();
      reader.file(Files.writeString(directory.resolve("w.yaml"), settings.toYaml()));

      assertThat(reader.finish().config().storage().directory()).isEqualTo(Path.of(name));
    }
  }

  @Test
  void printingTheDefaultsDoesNotOpenTheBrokerToOthers() throws Exception {
    ConfigReader reader = new ConfigReader();
    Path file = directory.resolve("w.yaml");
    reader.file(Files.writeString(file, Settings.defaults().toYaml()));
    reader.flag("--bind", "listeners.bind", "0.0.0.0");

    assertThatThrownBy(reader::finish)
        .hasMessageStartingWith("flag --bind: listeners.bind: found 0.0.0.0, which other machines");
  }

  @Test
  void anOpenAddressIsTakenWhereItIsSaidOutLoud() throws Exception {
    ServerConfig config =
        ServerConfig.of(Map.of("listeners.bind", "0.0.0.0", "listeners.allow-anonymous", "true"));

    assertThat(config.auth().allowAnonymous()).isTrue();
    assertThat(config.listeners().isLoopback()).isFalse();
  }

  @Test
  void credentialsCanBeAskedForOnThisMachineToo() throws Exception {
    ServerConfig config = ServerConfig.of(Map.of("listeners.allow-anonymous", "false"));

    assertThat(config.auth().allowAnonymous()).isFalse();
  }

  @Test
  void everyLoopbackAddressIsOne() throws Exception {
    for (String bind : List.of("127.0.0.1", "127.8.9.10", "::1", "localhost", "::ffff:127.0.0.1")) {
      assertThat(ServerConfig.of(Map.of("listeners.bind", bind)).auth().allowAnonymous())
          .as(bind)
          .isTrue();
    }
  }

  @Test
  void anyFreePortMayBeAskedForTwice() throws Exception {
    ServerConfig.Listeners listeners =
        ServerConfig.of(Map.of("listeners.tcp-port", "any", "listeners.websocket-port", "any"))
            .listeners();

    assertThat(listeners.tcpPort()).isEqualTo(Port.ANY);
    assertThat(listeners.tcpPort().toBind()).isZero();
  }

  @Test
  void sizesAndDurationsAreReadWithAndWithoutUnits() throws Exception {
    Limits limits =
        ServerConfig.of(
                Map.of(
                    "limits.packet-size-max", "2 MiB",
                    "limits.connect-packet-size-max", "1000",
                    "limits.retained-bytes-max", "3GiB",
                    "limits.connect-timeout", "250ms",
                    "limits.stuck-output-timeout", "5m",
                    "limits.server-keep-alive", "90",
                    "limits.session-expiry-max", "2d"))
            .limits();

    assertThat(limits.packetSizeMax()).isEqualTo(2 << 20);
    assertThat(limits.connectPacketSizeMax()).isEqualTo(1000);
    assertThat(limits.retainedBytesMax()).isEqualTo(3L << 30);
    assertThat(limits.connectTimeoutMillis()).isEqualTo(250);
    assertThat(limits.stuckOutputMillis()).isEqualTo(300_000);
    assertThat(limits.serverKeepAliveSeconds()).isEqualTo(90);
    assertThat(limits.sessionExpiryMaxSeconds()).isEqualTo(172_800);
  }

  @Test
  void nobodyIsSlowedUnlessThatIsSaidButGuessersAreAndAFloodIsTurnedAway() {
    ServerConfig config = ServerConfig.defaults();

    assertThat(config.rates()).isEqualTo(new ServerConfig.Rates(0, 0, 0, 60_000, 0, 0, 0, 0, 0, 0));
    assertThat(config.logins()).isEqualTo(new ServerConfig.Logins(1_000, 10, 0, 60_000));
    assertThat(config.overload())
        .isEqualTo(
            new ServerConfig.Overload(
                1_000, Math.max(16 << 20, Runtime.getRuntime().maxMemory() / 4)));
  }

  @Test
  void aFailedLoginIsAnsweredBeforeItsTimeIsUp() throws Exception {
    ServerConfig config = ServerConfig.of(Map.of("limits.connect-timeout", "500ms"));

    assertThat(config.logins().failureDelayMillis()).isEqualTo(250);
  }

  @Test
  void anEmptyFileAndEmptySectionsSayNothing() throws Exception {
    for (String yaml :
        List.of("", "# nothing\n", "---\n", "limits:\nhttp:\n  # port: 1\n", "\ufeff")) {
      ConfigReader reader = new ConfigReader();
      reader.file(Files.writeString(directory.resolve("w.yaml"), yaml));

      assertThat(reader.finish().config()).isEqualTo(ServerConfig.defaults());
    }
  }

  @Test
  void aSecretIsShownToNobody() {
    ConfigKey<Path> key =
        new ConfigKey<>(
            "a.password", ValueKind.path(), "x", "A secret.", true, ConfigKey.Effect.RESTART);

    assertThat(key.shown("hunter2")).isEqualTo(ConfigKey.MASK);
  }
}
