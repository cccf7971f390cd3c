package io.whimbrel.server.audit;

import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.port.Identity;
import io.whimbrel.core.port.Origin;
import io.whimbrel.server.audit.AuditBudget.Kind;
import io.whimbrel.server.files.Readied;
import io.whimbrel.server.metrics.ClientEvents;
import io.whimbrel.server.rights.Denials;
import io.whimbrel.server.rights.Subject;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Words the events of the audit log: who connected from where as whom, who was refused and why,
 * what rights kept from them, what was changed. No payloads, no passwords: none is given to it.
 * Costs nothing while it is switched off. Callable from every thread; does not wait.
 */
public final class Audit implements ClientEvents, Denials.Told {
  private static final int WAITING_MAX = 10_000;

  private final LongSupplier millis;
  private final AuditQueue queue;
  private final AuditTrail trail;
  private final AuditBudget budget;

  /**
   * One that is switched off.
   *
   * @param millis the time of day
   */
  public Audit(LongSupplier millis) {
    this(millis, new AuditQueue(WAITING_MAX, millis));
  }

  Audit(LongSupplier millis, AuditQueue queue) {
    this.millis = millis;
    this.queue = queue;
    this.trail = new AuditTrail(queue);
    this.budget = new AuditBudget(millis);
  }

  /**
   * Opens a file; events are added to it once that is applied. Also where it is the same file: it
   * may have been renamed, and a new one is begun.
   */
  public Readied ready(Optional<Path> path) throws AuditFileException {
    AuditFile next = path.isPresent() ? AuditFile.open(path.get()) : null;
    return new Readied() {
      @Override
      public void apply() {
        trail.become(next);
      }

      @Override
      public void drop() {
        AuditTrail.close(next);
      }
    };
  }

  /** Says what is wrong with a file, without making it. */
  public static void check(Optional<Path> path) throws AuditFileException {
    if (path.isPresent()) {
      AuditFile.check(path.get());
    }
  }

  // ---------------------------------------------------------------- the broker

  /** The broker takes clients. */
  public void started(String version, List<String> listeners) {
    trail.add(event("started").with("version", version).with("listeners", listeners));
  }

  /** The broker has stopped; this is the last event. */
  public void stop() {
    budget.sumUp(
        event -> {
          trail.add(event);
          return true; // what finds no room is lost: there is no later
        });
    trail.stop(event("stopped"));
  }

  /**
   * Something was read again and is in force.
   *
   * @param what was read, as people call it
   * @param changes of the configuration, a line each, without secrets
   * @param awaiting likewise, what needs a restart
   */
  public void reloaded(String what, List<Path> files, List<String> changes, List<String> awaiting) {
    trail.add(
        event("reloaded")
            .with("what", what)
            .with("files", texts(files))
            .with("changes", changes)
            .with("awaitingRestart", awaiting));
  }

  /**
   * Something could not be read again; what was there stays in force.
   *
   * @param mistakes a line each
   */
  public void reloadRefused(String what, List<Path> files, List<String> mistakes) {
    trail.add(
        event("reload-refused")
            .with("what", what)
            .with("files", texts(files))
            .with("mistakes", mistakes));
  }

  /**
   * An administrator ended connections.
   *
   * @param by what clients were told apart by
   * @param value what these have of it
   * @param issuer whose tokens alone were meant, empty where anybody's
   * @param count how many there were
   */
  public void disconnectedByAdmin(
      String by, String value, String issuer, ReasonCode reason, int count) {
    trail.add(
        event("disconnected-by-admin")
            .with("by", by)
            .with("value", value)
            .with("issuer", issuer)
            .with("reason", reason.name().toLowerCase(Locale.ROOT))
            .with("count", count));
  }

  private static List<String> texts(List<Path> files) {
    return files.stream().map(Path::toString).toList();
  }

  // ---------------------------------------------------------------- clients

  @Override
  public void connected(Identity who, ProtocolVersion version, boolean sessionPresent) {
    if (trail.isOpen()) {
      trail.add(
          of("connected", who)
              .with("protocol", named(version))
              .with("session", sessionPresent ? "resumed" : "new"));
    }
  }

  @Override
  public void reauthenticated(Identity who, int lost) {
    if (trail.isOpen()) {
      trail.add(of("reauthenticated", who).with("subscriptionsLost", lost));
    }
  }

  @Override
  public void refused(Identity claimed, ReasonCode reason, String explanation) {
    if (trail.isOpen() && budget.allows(Kind.REFUSED)) {
      trail.add(because(of(Kind.REFUSED.event(), claimed), reason, explanation));
    }
  }

  @Override
  public void closed(Identity who, boolean wasConnected, ReasonCode reason, String explanation) {
    if (trail.isOpen() && wasConnected) {
      boolean takenOver = reason == ReasonCode.SESSION_TAKEN_OVER;
      trail.add(because(of(takenOver ? "taken-over" : "disconnected", who), reason, explanation));
    }
  }

  @Override
  public void notAccepted(String address, String why) {
    if (trail.isOpen() && budget.allows(Kind.NOT_ACCEPTED)) {
      trail.add(event(Kind.NOT_ACCEPTED.event()).with("address", address).with("explanation", why));
    }
  }

  @Override
  public void deviceRefused(String clientId, String address, String why) {
    if (trail.isOpen() && budget.allows(Kind.NOT_ACCEPTED)) {
      trail.add(
          event(Kind.NOT_ACCEPTED.event())
              .with("client", clientId)
              .with("address", address)
              .with("explanation", why));
    }
  }

  @Override
  public void transportError(String address, String what) {
    if (trail.isOpen() && budget.allows(Kind.TRANSPORT_ERROR)) {
      trail.add(
          event(Kind.TRANSPORT_ERROR.event()).with("address", address).with("explanation", what));
    }
  }

  /**
   * Somebody is not let in for a while.
   *
   * @param who a user, a client or everybody, from where
   * @param why how often it did what
   */
  public void banned(String who, String why) {
    if (trail.isOpen() && budget.allows(Kind.BANNED)) {
      trail.add(event(Kind.BANNED.event()).with("who", who).with("explanation", why));
    }
  }

  /**
   * Tells how many events had no line of their own, or leaves that for the next time where there is
   * no room; called every so often.
   */
  public void sumUp() {
    budget.sumUp(trail::tryAdd);
  }

  // ---------------------------------------------------------------- rights

  @Override
  public void denied(Subject who, boolean publish, String topic, String why) {
    if (trail.isOpen()) {
      trail.add(
          of("denied", who)
              .with("action", publish ? "publish" : "subscribe")
              .with(publish ? "topic" : "filter", topic)
              .with("rule", why)
              .with("count", 1));
    }
  }

  @Override
  public void deniedAgain(Subject who, boolean publish, String why, long times) {
    if (trail.isOpen()) {
      trail.add(
          of("denied", who)
              .with("action", publish ? "publish" : "subscribe")
              .with("rule", why)
              .with("count", times));
    }
  }

  @Override
  public void deniedOthers(long times) {
    if (trail.isOpen()) {
      trail.add(event("denied").with("count", times));
    }
  }

  // ---------------------------------------------------------------- words

  private AuditEvent event(String name) {
    return AuditEvent.of(millis.getAsLong(), name);
  }

  private AuditEvent of(String name, Identity who) {
    return of(name, who.clientId(), who.user(), who.origin()).with("method", who.method());
  }

  private AuditEvent of(String name, Subject who) {
    return of(name, who.clientId(), who.user(), who.origin());
  }

  private AuditEvent of(String name, String clientId, String user, Origin origin) {
    return event(name)
        .with("client", clientId)
        .with("user", user)
        .with("address", origin.address())
        .with("listener", origin.transport());
  }

  private static AuditEvent because(AuditEvent event, ReasonCode reason, String explanation) {
    return event
        .with("reason", reason.name().toLowerCase(Locale.ROOT))
        .with("explanation", explanation);
  }

  private static String named(ProtocolVersion version) {
    return switch (version) {
      case MQTT_3_1 -> "3.1";
      case MQTT_3_1_1 -> "3.1.1";
      case MQTT_5 -> "5.0";
    };
  }

  // ---------------------------------------------------------------- counts

  /** Lines written. */
  public long written() {
    return queue.written();
  }

  /** Events of which only the number was written: too many of a kind at a time. */
  public long summed() {
    return budget.summed();
  }

  /** Events that came to no line. */
  public long lost() {
    return queue.lost();
  }
}
