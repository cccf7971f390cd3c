package io.whimbrel.server.rights;

import java.nio.charset.StandardCharsets;
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
  private record Known(int client, boolean publish, String reason) {}

  /** Denials that are told there. */
  public Denials(Told told) {
    this.told = told;
  }

  void publish(Subject who, byte[] topic, Decision why) {
    publishes.increment();
    tell(who, true, topic, why.reason());
  }

  void subscribe(Subject who, byte[] filter, Decision why) {
    subscribes.increment();
    tell(who, false, filter, why.reason());
  }

  private void tell(Subject who, boolean publish, byte[] topic, String reason) {
    if (known.size() < KNOWN_MAX
        && known.add(new Known(who.clientId().hashCode(), publish, reason))) {
      String what = (publish ? "publish to " : "subscribe to ") + text(topic);
      told.denied(who.clientId(), who.user(), what, reason);
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
