package io.whimbrel.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.port.Origin;
import io.whimbrel.spi.Authenticator;
import io.whimbrel.spi.Credentials;
import io.whimbrel.spi.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PluginStepTest {
  private static final String NOT_TEXT = "text has U+0000 or half a surrogate pair";

  private final List<String> told = new ArrayList<>();
  private final List<String> verdicts = new ArrayList<>();

  static Stream<Arguments> useless() {
    return Stream.of(
        arguments("with U+0000", "a" + (char) 0 + "b", NOT_TEXT),
        arguments("half a surrogate pair", "half" + (char) 0xd800, NOT_TEXT),
        arguments("the other half", (char) 0xdc00 + "half", NOT_TEXT),
        arguments("65,536 bytes", "é".repeat(32_768), "text is longer than 65,535 bytes"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("useless")
  void aUserNameThatNoPacketCanCarryIsAnErrorOfThePlugin(String what, String name, String why) {
    Patience patience = new Patience(20_000, told::add);
    for (int i = 0; i < 2; i++) {
      ask(new PluginStep(naming(name), patience));
    }

    assertThat(verdicts).containsExactly("SERVER_UNAVAILABLE", "SERVER_UNAVAILABLE");
    assertThat(patience.failures()).isEqualTo(2);
    assertThat(told)
        .as("once within a second")
        .containsExactly(
            "plugin 'desk' failed: java.lang.IllegalStateException: the user name it gave: "
                + why
                + "; who asked was refused");
  }

  static Stream<Arguments> useful() {
    return Stream.of(
        arguments("nobody's", ""),
        arguments("65,535 bytes", "é".repeat(32_767) + "e"),
        arguments("signs and a surrogate pair", "#/+ \ud83d\ude00"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("useful")
  void everyOtherUserNameIsTaken(String what, String name) {
    ask(new PluginStep(naming(name), new Patience(20_000, told::add)));

    assertThat(verdicts).containsExactly(name);
    assertThat(told).isEmpty();
  }

  private void ask(PluginStep step) {
    Connect connect =
        new Connect(ProtocolVersion.MQTT_5, true, 0, Properties.NONE, "c", null, null, null);
    step.ask(
        new Visit("c", connect, new Origin("192.0.2.1:1", "tcp"), () -> true),
        new Step.Verdict() {
          @Override
          public void accept(Verified who) {
            verdicts.add(who.user());
          }

          @Override
          public void refuse(ReasonCode reason) {
            verdicts.add(reason.name());
          }

          @Override
          public void pass() {
            verdicts.add("passed");
          }
        });
  }

  private static Authenticator naming(String user) {
    return new Authenticator() {
      @Override
      public String name() {
        return "desk";
      }

      @Override
      public CompletionStage<Outcome> authenticate(Credentials shown) {
        return CompletableFuture.completedFuture(Outcome.accepted(user));
      }
    };
  }
}
