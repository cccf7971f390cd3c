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
import io.whimbrel.server.rights.Denials;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerAccessTest {
  // The password is "gr8 pass"; by mosquitto_passwd.
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
    BrokerAccess access =
        BrokerAccess.of(
            config.auth(),
            CertificateUser.NONE,
            checks,
            Plugins.none(),
            new Denials((a, b, c, d) -> {}));

    assertThat(login(access, new Heard(true))).isEqualTo(ReasonCode.SUCCESS);
    assertThat(login(access, new Heard(false))).isEqualTo(ReasonCode.SERVER_BUSY);
    checks.stop();
  }

  private static ReasonCode login(BrokerAccess access, Heard heard) throws Exception {
    byte[] password = "gr8 pass".getBytes(UTF_8);
    Connect connect =
        new Connect(ProtocolVersion.MQTT_5, true, 0, Properties.NONE, "c", null, "alice", password);
    access.authenticate("c", connect, new Origin("192.0.2.1:1", "tcp"), heard);
    return heard.get(20, TimeUnit.SECONDS);
  }
}
