package io.whimbrel.server.token;

import java.security.Key;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The keys of an issuer. Callable from every thread; never blocks. */
interface SigningKeys {
  /**
   * Those that may have signed a token.
   *
   * @param algorithm as its header says it, one that is allowed
   * @param kid as its header says it, empty where it says none
   * @return none where no key fits; fails with {@link TokenException} where keys are not to be had
   */
  CompletionStage<List<Key>> find(String algorithm, String kid);
}
