package io.whimbrel.server.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.port.Access;
import io.whimbrel.core.port.Admission;
import io.whimbrel.core.port.Origin;
import io.whimbrel.server.config.ServerConfig;
import io.whimbrel.server.config.ServerConfig.CertificateUser;
import io.whimbrel.server.guard.GuardedAccess;
import io.whimbrel.server.rights.Denials;
import io.whimbrel.server.token.TokenIssuers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerAccessTest {
  private static final String HERE = "192.0.2.1:1";
  private static final String PASSWORD = "gr8 pass";

  // By mosquitto_passwd.
  private static final String ALICE =
      "alice:$7$101$Zhqxgv1kW1mAmPvm$I2GzuQRdJMjNWcQToKHf0eAoOiuaWafx/bgPNBStno9K5k"
          + "MVpiUlNCOAtJwZnNntw86rW+P4FfgvYRKui7cKQQ==\n";

  /** Completes with what a client hears, whether it is still there or not. */
  private static final class Heard extends CompletableFuture<ReasonCode> implements Access.Answer {
    private final boolean awaited;

    Heard(boolean awaited) {
      this.awaited = awaited;
    }

    @Override
    public void accept(Admission admission) {
      complete(ReasonCode.SUCCESS);
    }

    @Override
    public void refuse(ReasonCode reason) {
      complete(reason);
    }

    @Override
    public boolean isAwaited() {
      return awaited;
    }

    @Override
    public void challenge(byte[] data, Object state) {
      throw new AssertionError("nobody asked for that");
    }
  }

  @Test
  void thePasswordOfAClientThatHasGoneIsNotChecked(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("passwords"), ALICE);
    PasswordChecks checks = new PasswordChecks();
    ServerConfig config = ServerConfig.of(Map.of("auth.password-file", file.toString()));
    BrokerAccess access = access(config, checks);

    assertThat(login(access, new Heard(true))).isEqualTo(ReasonCode.SUCCESS);
    assertThat(login(access, new Heard(false))).isEqualTo(ReasonCode.SERVER_BUSY);
    checks.stop();
  }

  @Test
  void noPasswordThatWaitsIsCheckedOnceABanHasBegun(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("passwords"), ALICE);
    ServerConfig config =
        ServerConfig.of(
            Map.of(
                "auth.password-file", file.toString(),
                "logins.failures-max", "3",
                "logins.failure-delay", "0"));
    PasswordChecks checks = new PasswordChecks(1);
    GuardedAccess guard = guarded(access(config, checks), config);
    CountDownLatch held = new CountDownLatch(1);
    checks.execute(() -> await(held)); // all come before the first is checked

    List<Heard> guesses = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      guesses.add(came(guard, "alice", "guess " + i, HERE));
    }
    Heard right = came(guard, "alice", PASSWORD, HERE);
    Heard elsewhere = came(guard, "alice", PASSWORD, "192.0.2.2:1");
    held.countDown();

    for (int i = 0; i < 8; i++) {
      assertThat(guesses.get(i).get(20, TimeUnit.SECONDS))
          .as("guess %s", i)
          .isEqualTo(i < 3 ? ReasonCode.BAD_USER_NAME_OR_PASSWORD : ReasonCode.SERVER_BUSY);
    }
    assertThat(right.get(20, TimeUnit.SECONDS)).isEqualTo(ReasonCode.SERVER_BUSY);
    assertThat(elsewhere.get(20, TimeUnit.SECONDS)).isEqualTo(ReasonCode.SUCCESS);
    assertThat(guard.failed()).isEqualTo(3);
    assertThat(guard.userBans()).isEqualTo(1);
    checks.stop();
  }

  private static void await(CountDownLatch held) {
    try {
      held.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private static GuardedAccess guarded(BrokerAccess access, ServerConfig config) {
    return new GuardedAccess(
        access,
        config.rates(),
        config.logins(),
        () -> 1_000_000,
        (millis, refusal) -> refusal.run(),
        (who, why) -> {});
  }

  private static BrokerAccess access(ServerConfig config, PasswordChecks checks) throws Exception {
    return BrokerAccess.of(
        config.auth(),
        CertificateUser.NONE,
        checks,
        HttpCallout.none(),
        Plugins.none(),
        TokenIssuers.none(),
        new Denials((a, b, c, d) -> {}));
  }

  private static ReasonCode login(Access access, Heard heard) throws Exception {
    come(access, "alice", PASSWORD, HERE, heard);
    return heard.get(20, TimeUnit.SECONDS);
  }

  private static Heard came(Access access, String user, String password, String from) {
    Heard heard = new Heard(true);
    come(access, user, password, from, heard);
    return heard;
  }

  private static void come(Access access, String user, String password, String from, Heard heard) {
    byte[] secret = password.getBytes(UTF_8);
    Connect connect =
        new Connect(ProtocolVersion.MQTT_5, true, 0, Properties.NONE, "c", null, user, secret);
    access.authenticate("c", connect, new Origin(from, "tcp"), heard);
  }
}
