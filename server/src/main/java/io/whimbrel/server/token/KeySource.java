package io.whimbrel.server.token;

import java.util.concurrent.CompletionStage;

/** Where an issuer has its keys. Callable from every thread; never blocks. */
@FunctionalInterface
interface KeySource {
  /** Fetches them; fails where that does not succeed in time. */
  CompletionStage<Fetched> fetch();

  /**
   * What was there.
   *
   * @param json a JSON Web Key Set
   * @param maxAgeMillis how long it may be used, as who gave it says; -1 where it does not
   */
  record Fetched(String json, long maxAgeMillis) {}
}
