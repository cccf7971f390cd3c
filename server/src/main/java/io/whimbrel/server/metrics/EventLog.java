package io.whimbrel.server.metrics;

import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.port.DropReason;
import io.whimbrel.core.port.Identity;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for each event a person wants to hear of, within a budget for each kind. Never payloads,
 * never secrets; what a client chose is escaped. Callable from every thread.
 */
public final class EventLog implements ClientEvents {
  private static final Logger LOG = LoggerFactory.getLogger("io.whimbrel.clients");
  private static final int LINES_PER_SECOND = 20;
  private static final int DROPS_KNOWN_MAX = 10_000;

  private final LongSupplier nanos;
  private final LineBudget connects = new LineBudget(LINES_PER_SECOND);
  private final LineBudget disconnects = new LineBudget(LINES_PER_SECOND);
  private final LineBudget refusals = new LineBudget(LINES_PER_SECOND);
  private final LineBudget drops = new LineBudget(LINES_PER_SECOND);
  private final LineBudget denials = new LineBudget(LINES_PER_SECOND);
  private final LineBudget bans = new LineBudget(LINES_PER_SECOND);
  private final LineBudget errors = new LineBudget(LINES_PER_SECOND);
  private final Set<Drop> dropsKnown = ConcurrentHashMap.newKeySet();

  private record Drop(DropReason reason, String clientId) {}

  /**
   * @param nanos a clock like {@link System#nanoTime}
   */
  public EventLog(LongSupplier nanos) {
    this.nanos = nanos;
  }

  @Override
  public void connected(Identity who, ProtocolVersion version, boolean sessionPresent) {
    if (LOG.isInfoEnabled() && may(connects, "connections")) {
      LOG.info(
          "{} connected from {} by {}{}",
          Printable.quoted(who.clientId()),
          who.origin().address(),
          who.origin().transport(),
          sessionPresent ? ", its session goes on" : "");
    }
  }

  @Override
  public void reauthenticated(Identity who, int lost) {
    if (lost > 0 && may(denials, "denials")) {
      LOG.warn(
          "{} has proved itself again and may not have {} of its subscriptions any more: what they"
              + " match is withheld",
          Printable.quoted(who.clientId()),
          lost);
    }
  }

  @Override
  public void closed(Identity who, boolean wasConnected, ReasonCode reason, String explanation) {
    String clientId = who.clientId();
    String name = clientId.isEmpty() ? "a client" : Printable.quoted(clientId);
    boolean expected = !reason.isError() || reason == ReasonCode.SERVER_SHUTTING_DOWN;
    boolean lost = clientId.isEmpty() && reason == ReasonCode.UNSPECIFIED_ERROR;
    if (expected || reason == ReasonCode.UNSPECIFIED_ERROR) {
      if (!lost && LOG.isInfoEnabled() && may(disconnects, "disconnections")) {
        LOG.info("{} left, {}: {}", name, who.origin().address(), Printable.escaped(explanation));
      }
    } else if (may(refusals, "refusals")) {
      LOG.warn(
          "{} from {} was closed: {} ({})",
          name,
          who.origin().address(),
          Printable.escaped(explanation),
          reason);
    }
  }

  @Override
  public void dropped(DropReason reason, String clientId) {
    boolean usual = reason == DropReason.EXPIRED || reason == DropReason.SESSION_ENDED;
    if (usual || dropsKnown.size() >= DROPS_KNOWN_MAX) {
      return;
    }
    if (dropsKnown.add(new Drop(reason, clientId)) && may(drops, "drops")) {
      LOG.warn(
          "messages for {} are dropped: {}; further ones are only counted",
          Printable.quoted(clientId),
          reason);
    }
  }

  @Override
  public void internalError(String where, Throwable cause) {
    if (may(errors, "internal errors")) {
      LOG.error("internal error in {}", where, cause);
    }
  }

  /** A client may not do something. */
  public void denied(String clientId, String user, boolean publish, String topic, String why) {
    if (may(denials, "denials")) {
      LOG.warn(
          "{} ({}) may not {}: {}; further ones are only counted",
          Printable.quoted(clientId),
          user.isEmpty() ? "no user" : "user " + Printable.quoted(user),
          (publish ? "publish to " : "subscribe to ") + Printable.escaped(topic),
          Printable.escaped(why));
    }
  }

  /** A token let nobody in. */
  public void tokenRefused(String clientId, String why) {
    if (may(refusals, "refusals")) {
      LOG.warn("the token of {} lets nobody in: {}", Printable.quoted(clientId), why);
    }
  }

  /** Keys of an issuer, or its answers, are not to be had, or are again. */
  public void issuer(String name, String what) {
    LOG.warn("issuer '{}': {}", name, Printable.escaped(what));
  }

  /** A plugin does not do what it should. */
  public void plugin(String what) {
    LOG.warn("{}", Printable.escaped(what));
  }

  /**
   * An administrator ended connections.
   *
   * @param by what clients were told apart by
   * @param value what these have of it
   */
  public void dismissed(String by, String value, ReasonCode reason, int count) {
    LOG.info(
        "an administrator ended connections of {} {}: {} ({})",
        by,
        Printable.quoted(value),
        count,
        reason);
  }

  /** Somebody is refused for a while. */
  public void banned(String who, String why) {
    if (may(bans, "bans")) {
      LOG.warn("{}: {}", Printable.escaped(who), why);
    }
  }

  /** The broker cannot keep up. */
  public void overloaded(long delayMillis) {
    LOG.warn("overloaded: an event loop is {} ms late; new connections are closed", delayMillis);
  }

  /** The broker keeps up again. */
  public void recovered() {
    LOG.warn("not overloaded any more: new connections are taken on again");
  }

  @Override
  public void notAccepted(String address, String why) {
    if (may(refusals, "refusals")) {
      LOG.warn("a connection from {} was closed at once: {}", address, why);
    }
  }

  @Override
  public void deviceRefused(String clientId, String address, String why) {
    if (may(refusals, "refusals")) {
      LOG.warn(
          "{}{} is not let in: {}",
          clientId.isEmpty() ? "a device" : Printable.quoted(clientId),
          address.isEmpty() ? "" : " from " + address,
          Printable.escaped(why));
    }
  }

  @Override
  public void transportError(String address, String what) {
    if (may(refusals, "refusals")) {
      LOG.warn("a client from {} was closed: {}", address, Printable.escaped(what));
    }
  }

  /** Drops are told once more from now on, so that one that lasts is not forgotten. */
  public void forgetDrops() {
    dropsKnown.clear();
  }

  private boolean may(LineBudget budget, String kind) {
    if (!budget.allows(nanos.getAsLong())) {
      return false;
    }
    long withheld = budget.takeWithheld();
    if (withheld > 0) {
      LOG.warn("{} more lines about {} were not written", withheld, kind);
    }
    return true;
  }
}
