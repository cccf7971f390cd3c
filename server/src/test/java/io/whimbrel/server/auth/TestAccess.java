package io.whimbrel.server.auth;

import io.whimbrel.server.config.ServerConfig;
import io.whimbrel.server.config.ServerConfig.CertificateUser;
import io.whimbrel.server.rights.Denials;
import io.whimbrel.server.token.TokenIssuers;

/** Who may come in, for tests of others. */
public final class TestAccess {
  private TestAccess() {}

  /** As a configuration says it. */
  public static BrokerAccess of(ServerConfig config, PasswordChecks checks, TokenIssuers issuers)
      throws Exception {
    return BrokerAccess.of(
        config.auth(),
        CertificateUser.NONE,
        checks,
        HttpCallout.none(),
        Plugins.none(),
        issuers,
        new Denials((a, b, c, d) -> {}));
  }
}
