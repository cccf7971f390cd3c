package io.whimbrel.server.auth;

import io.whimbrel.codec.ReasonCode;
import java.util.Set;

/** Whom its link knows is who the link says: by a key, a certificate, or a setting. */
record LinkStep() implements Step {
  @Override
  public void ask(Visit visit, Verdict verdict) {
    String user = visit.origin().user();
    if (user == null) {
      verdict.pass();
    } else if (user.isEmpty()) { // a certificate that names nobody
      verdict.refuse(ReasonCode.NOT_AUTHORIZED);
    } else {
      verdict.accept(Verified.of(user, "link", Set.of()));
    }
  }
}
