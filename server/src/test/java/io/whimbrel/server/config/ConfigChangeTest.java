package io.whimbrel.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What another reading changes in a configuration that is in force. */
class ConfigChangeTest {
  /** Lets each key have another value without contradicting others. */
  private static final Map<String, String> BASE =
      Map.of(
          "tls.certificate", "server.pem",
          "tls.ca", "ca.pem",
          "tls.client-certificate", "optional",
          "tls.key-password", "guess what",
          "listeners.allow-anonymous", "true",
          "auth.plugin-directory", "plugins",
          "auth.http-url", "https://auth.example/",
          "limits.connect-packet-size-max", "32KiB",
          "limits.keep-alive-max", "600");

  static Stream<ConfigKey<?>> live() {
    return ConfigKeys.all().stream().filter(ConfigKey::isLive);
  }

  static Stream<ConfigKey<?>> awaiting() {
    return ConfigKeys.all().stream().filter(key -> !key.isLive());
  }

  @ParameterizedTest
  @MethodSource("live")
  void aKeyThatIsTakenOnArrives(ConfigKey<?> key) throws Exception {
    EffectiveConfig inForce = EffectiveConfig.of(BASE);
    EffectiveConfig read = with(key);

    ConfigChange change = ConfigChange.of(inForce, read);

    assertThat(change.next().config()).isNotEqualTo(inForce.config()).isEqualTo(read.config());
    assertThat(change.applied())
        .containsExactly(
            key.path()
                + ": "
                + inForce.settings().shown(key)
                + " became "
                + read.settings().shown(key)
                + " (flag "
                + key.path()
                + ")");
    assertThat(change.awaiting()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("awaiting")
  void aKeyThatNeedsARestartIsToldAndStays(ConfigKey<?> key) throws Exception {
    EffectiveConfig inForce = EffectiveConfig.of(BASE);
    EffectiveConfig read = with(key);

    ConfigChange change = ConfigChange.of(inForce, read);

    assertThat(change.next()).isSameAs(inForce);
    assertThat(change.applied()).isEmpty();
    assertThat(change.awaiting())
        .containsExactly(
            key.path()
                + ": "
                + inForce.settings().shown(key)
                + " stays, "
                + read.settings().shown(key)
                + " (flag "
                + key.path()
                + ") needs a restart");
  }

  @Test
  void bothKindsTogetherArePartlyTakenOn() throws Exception {
    EffectiveConfig inForce = EffectiveConfig.of(Map.of());
    EffectiveConfig read =
        EffectiveConfig.of(Map.of("limits.slice-max", "7", "limits.output-bytes-max", "2MiB"));

    ConfigChange change = ConfigChange.of(inForce, read);

    assertThat(change.next().config().limits().sliceMax()).isEqualTo(7);
    assertThat(change.next().config().limits().outputBytesMax()).isEqualTo(1 << 20);
    assertThat(change.awaiting()).singleElement().asString().startsWith("limits.output-bytes-max");
    assertThat(ConfigChange.of(change.next(), read).applied()).isEmpty();
    assertThat(ConfigChange.of(change.next(), read).awaiting()).hasSize(1);
  }

  @Test
  void theSameValueInOtherWordsIsNoChange() throws Exception {
    ConfigChange change =
        ConfigChange.of(
            EffectiveConfig.of(Map.of("limits.packet-size-max", "1MiB")),
            EffectiveConfig.of(Map.of("limits.packet-size-max", "1024KiB")));

    assertThat(change.applied()).isEmpty();
  }

  @Test
  void aSecretIsNotShown() throws Exception {
    ConfigChange change =
        ConfigChange.of(
            EffectiveConfig.of(Map.of("tls.key-password", "first")),
            EffectiveConfig.of(Map.of("tls.key-password", "second")));

    assertThat(change.applied())
        .containsExactly("tls.key-password: ******** became ******** (flag tls.key-password)");
    assertThat(change.next().config().tls().keyPassword()).isEqualTo("second");
  }

  @Test
  void newValuesMayNotContradictOnesThatStay() throws Exception {
    EffectiveConfig inForce =
        EffectiveConfig.of(Map.of("listeners.bind", "0.0.0.0", "auth.password-file", "passwords"));
    EffectiveConfig read = EffectiveConfig.of(Map.of()); // on loopback nobody needs passwords

    assertThatThrownBy(() -> ConfigChange.of(inForce, read))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("listeners.bind: found 0.0.0.0")
        .hasMessageEndingWith("before a restart it cannot be taken on");
  }

  private static EffectiveConfig with(ConfigKey<?> key) throws Exception {
    String now = EffectiveConfig.of(BASE).settings().shown(key);
    for (String guess : guesses(key)) {
      boolean other =
          key.kind().read(guess).isPresent() && !key.kind().canonical(guess).equals(now);
      Map<String, String> values = new HashMap<>(BASE);
      values.put(key.path(), guess);
      if (other) {
        try {
          return EffectiveConfig.of(values);
        } catch (ConfigException contradiction) {
          // Of another key; the next guess perhaps is none.
        }
      }
    }
    throw new AssertionError("no other value for " + key.path());
  }

  private static List<String> guesses(ConfigKey<?> key) {
    List<String> guesses = new ArrayList<>();
    if (key.kind().allowed().startsWith("one of ")) {
      guesses.addAll(List.of(key.kind().allowed().substring(7).split(", ")));
      Collections.reverse(guesses);
    }
    guesses.addAll(List.of("127.0.0.2", "/other", "31", "33KiB", "33MiB", "any", "31s"));
    guesses.addAll(
        List.of(
            "https://other.example/",
            "true",
            "false",
            "other",
            "1",
            "2",
            "tcp",
            "640",
            "10.0.0.0/8",
            "1=a",
            "c:1=a",
            "239.1.1.1"));
    return guesses;
  }
}
