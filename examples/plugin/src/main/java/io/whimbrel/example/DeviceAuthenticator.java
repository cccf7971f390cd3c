package io.whimbrel.example;

import io.whimbrel.spi.Authenticator;
import io.whimbrel.spi.Credentials;
import io.whimbrel.spi.Outcome;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Lets devices of a registry in: their Client Identifier is their name, and the password their
 * token. Whoever gives a user name is left to the next of the chain.
 */
public final class DeviceAuthenticator implements Authenticator {
  private Registry registry = new Registry(Map.of("device.none", "none,none"));

  @Override
  public String name() {
    return "devices";
  }

  @Override
  public void start(Map<String, String> settings) {
    registry = new Registry(settings);
  }

  /** A registry over the network would be asked here, and the answer given when it comes. */
  @Override
  public CompletionStage<Outcome> authenticate(Credentials shown) {
    return CompletableFuture.supplyAsync(() -> examine(shown));
  }

  private Outcome examine(Credentials shown) {
    if (!shown.userName().orElse("").equals("device")) {
      return Outcome.notMine();
    }
    boolean right = registry.isToken(shown.clientId(), shown.password().orElse(new byte[0]));
    return right
        ? new Outcome.Accepted(shown.clientId(), Set.of("devices"))
        : Outcome.refused(Outcome.Reason.BAD_CREDENTIALS);
  }
}
