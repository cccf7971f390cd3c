package io.whimbrel.server.dtls;

import java.security.Principal;
import org.jspecify.annotations.Nullable;

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

  /** Whether a session of this one may go on. */
  boolean serves(@Nullable Principal who) {
    return now.serves(who);
  }
}
