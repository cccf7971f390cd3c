package io.whimbrel.core.conformance;

import io.whimbrel.codec.Connect;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.VirtualBroker;
import io.whimbrel.core.port.Origin;

/** Lets nobody in, for a reason. */
final class Refusing extends VirtualBroker.OpenAccess {
  private final ReasonCode reason;

  private Refusing(ReasonCode reason) {
    this.reason = reason;
  }

  static Refusing with(ReasonCode reason) {
    return new Refusing(reason);
  }

  @Override
  public void authenticate(String clientId, Connect connect, Origin origin, Answer answer) {
    answer.refuse(reason);
  }
}
