package io.whimbrel.server.token;

import io.whimbrel.server.config.IssuerConfig;
import io.whimbrel.server.files.AuthFileException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** How issuers are spoken to. */
public interface TokenWeb {
  /** One that reaches nobody. */
  TokenWeb NONE =
      new TokenWeb() {
        @Override
        public KeySource keys(IssuerConfig issuer) {
          return () -> CompletableFuture.failedStage(new IOException("there is no network"));
        }

        @Override
        public Introspecting introspecting(IssuerConfig issuer) {
          return token -> CompletableFuture.failedStage(new IOException("there is no network"));
        }
      };

  /** Where an issuer has its keys. */
  KeySource keys(IssuerConfig issuer) throws AuthFileException;

  /** Who asks an issuer about tokens; it has said where. */
  Introspecting introspecting(IssuerConfig issuer) throws AuthFileException;
}
