package io.whimbrel.server.token;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Asks an issuer about a token (RFC 7662). Callable from every thread; never blocks. */
@FunctionalInterface
interface Introspecting {
  /** What it says of the token; empty where that is not active. Fails where it cannot be asked. */
  CompletionStage<Optional<Claims>> ask(String token);
}
