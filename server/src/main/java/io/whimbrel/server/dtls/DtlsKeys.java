package io.whimbrel.server.dtls;

import java.util.function.Predicate;

/** The secrets of one link of DTLS, as they are now. Callable from every thread. */
public final class DtlsKeys {
  private volatile DtlsSecrets now;
  private volatile Runnable changed = () -> {};

  DtlsKeys(DtlsSecrets first) {
    now = first;
  }

  /** Others take their place. */
  void become(DtlsSecrets next) {
    now = next;
    changed.run();
  }

  DtlsSecrets now() {
    return now;
  }

  /** Tells, on the thread that read them, that there are others. */
  void onChange(Runnable action) {
    changed = action;
  }

  /** Which identities of pre-shared keys are not let in any more. */
  Predicate<String> gone() {
    DtlsSecrets secrets = now;
    return identity -> !secrets.has(identity);
  }
}
