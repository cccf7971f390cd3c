package io.whimbrel.server.auth;

import io.whimbrel.core.port.Identity;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What rights refused: all of it counted, and told once for each client and rule, so that a client
 * that tries for ever fills no log. Callable from every thread.
 */
public final class Denials {
  private static final int KNOWN_MAX = 10_000;

  private final LongAdder publishes = new LongAdder();
  private final LongAdder subscribes = new LongAdder();
  private final Set<Known> known = ConcurrentHashMap.newKeySet();
  private final Told told;

  /** Where one is told to people. */
  @FunctionalInterface
  public interface Told {
    /**
     * A client may not do something.
     *
     * @param what such as {@code publish to a/b}
     * @param why the rule, or that there is none
     */
    void denied(String clientId, String user, String what, String why);
  }

  /** Of the Client Identifier its hash: a client chooses how long it is. */
  private record Known(int client, boolean publish, int line) {}

  /** Denials that are told there. */
  public Denials(Told told) {
    this.told = told;
  }

  void note(Identity who, AclRule.Right right, byte[] topic, Optional<AclRule> rule) {
    boolean publish = right == AclRule.Right.WRITE;
    (publish ? publishes : subscribes).increment();
    int line = rule.map(AclRule::line).orElse(0);
    if (known.size() < KNOWN_MAX
        && known.add(new Known(who.clientId().hashCode(), publish, line))) {
      String what = (publish ? "publish to " : "subscribe to ") + text(topic);
      told.denied(who.clientId(), who.user(), what, rule.map(AclRule::cited).orElse("no rule"));
    }
  }

  private static String text(byte[] topic) {
    return new String(topic, StandardCharsets.UTF_8);
  }

  /** What is refused is told once more from now on. */
  public void forget() {
    known.clear();
  }

  /** PUBLISH packets and wills refused. */
  public long publishes() {
    return publishes.sum();
  }

  /** Filters of SUBSCRIBE packets refused. */
  public long subscribes() {
    return subscribes.sum();
  }
}
