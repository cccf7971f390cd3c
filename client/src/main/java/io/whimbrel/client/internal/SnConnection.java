package io.whimbrel.client.internal;

import io.whimbrel.codec.sn.SnMessage;
import io.whimbrel.codec.sn.SnReturnCode;
import io.whimbrel.codec.sn.SnType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The connection of an MQTT-SN session: it comes, sleeps, wakes up and goes. Owned by its session.
 *
 * <pre>
 * DISCONNECTED ──CONNECT, the Will where it is asked for──► CONNECTING ──CONNACK──► ACTIVE
 * ACTIVE, ASLEEP ──DISCONNECT with Duration, answered──► ASLEEP
 * ASLEEP ──PINGREQ with the Client Identifier──► AWAKE ──PINGRESP──► ASLEEP
 * ASLEEP ──CONNECT──► CONNECTING
 * any ──DISCONNECT of either side, no answer after N_retry, no way to there──► DISCONNECTED
 * any ──close──► CLOSED
 * </pre>
 *
 * <p>What is wished for is done one after the other, in its order; sleep and goodbye wait until all
 * is said that was given before.
 */
final class SnConnection {
  private enum Phase {
    DISCONNECTED,
    CONNECTING,
    ACTIVE,
    ASLEEP,
    AWAKE,
    CLOSED
  }

  /** How the connection is to be. */
  enum Aim {
    CONNECT,
    SLEEP,
    WAKE,
    LEAVE
  }

  private record Wish(Aim aim, int seconds, SnAnswer answer) {
    boolean leaves() {
      return aim == Aim.SLEEP || aim == Aim.LEAVE;
    }
  }

  private static final int WISHES_MAX = 16;
  private static final byte[] NOBODY = {};

  /** Which part of the keep alive may pass in silence: one PINGREQ may be lost. */
  private static final double SILENCE_PART = 0.75;

  private final SnSession session;
  private final SnPlan plan;
  private final SnSessionListener listener;
  private final byte[] clientId;
  private final SnAsking asking;
  private final SnAsking pinging;
  private final ArrayDeque<Wish> wishes = new ArrayDeque<>();

  /** Read by anybody, and changed before anybody hears what it became. */
  private volatile Phase phase = Phase.DISCONNECTED;

  private @Nullable Wish wish;
  private boolean asked;
  private boolean clean;
  private int questions;
  private int echoes;
  private long lastSent;
  private long lastHeard;

  SnConnection(SnSession session, SnSessionListener listener) {
    this.session = session;
    this.plan = session.plan();
    this.listener = listener;
    this.clientId = plan.clientId().getBytes(StandardCharsets.UTF_8);
    this.asking = session.asking();
    this.pinging = session.asking();
  }

  // ---------------------------------------------------------------- what is wished for

  void wish(Aim aim, int seconds, SnAnswer answer) {
    if (phase == Phase.CLOSED) {
      answer.onFailed(closed());
    } else if (wishes.size() >= WISHES_MAX) {
      answer.onFailed(SnFailure.full(WISHES_MAX));
    } else {
      wishes.add(new Wish(aim, seconds, answer));
      goOn();
    }
  }

  /** Goes on with what is wished for, as far as it can. */
  void goOn() {
    leaveIfIdle();
    while (wish == null && !wishes.isEmpty()) {
      Wish next = wishes.remove();
      wish = next;
      asked = false;
      begin(next);
    }
  }

  private void begin(Wish next) {
    boolean nobody = phase == Phase.DISCONNECTED;
    switch (next.aim) {
      case CONNECT -> beginConnect();
      case WAKE -> beginWake();
      case SLEEP -> {
        if (nobody) {
          fulfil(SnFailure.of(SnFailure.Kind.NOT_CONNECTED, "the client is not connected"));
        }
        leaveIfIdle();
      }
      case LEAVE -> {
        if (nobody) {
          fulfil(null);
        }
        leaveIfIdle();
      }
    }
  }

  private void beginConnect() {
    if (phase == Phase.ACTIVE) {
      fulfil(null);
      return;
    }
    clean = phase == Phase.DISCONNECTED && plan.cleanSession(); // a sleeper's session goes on
    phase = Phase.CONNECTING;
    questions = 0;
    SnMessage connect =
        new SnMessage.Connect(
            session.willing().isThere(), clean, plan.keepAliveSeconds(), clientId);
    asking.ask(connect, connect, session.now());
  }

  private void beginWake() {
    if (phase != Phase.ASLEEP) {
      fulfil(SnFailure.of(SnFailure.Kind.NOT_CONNECTED, "the client does not sleep"));
      return;
    }
    phase = Phase.AWAKE;
    SnMessage ping = new SnMessage.Pingreq(clientId);
    asking.ask(ping, ping, session.now());
  }

  private void leaveIfIdle() {
    Wish current = wish;
    if (current == null || asked || !current.leaves() || !session.isIdle()) {
      return;
    }
    asked = true;
    pinging.answered();
    SnMessage goodbye =
        current.aim == Aim.SLEEP
            ? new SnMessage.Disconnect(current.seconds)
            : SnMessage.Disconnect.PLAIN;
    asking.ask(goodbye, goodbye, session.now());
  }

  private void fulfil(@Nullable SnFailure failure) {
    Wish current = wish;
    wish = null;
    asked = false;
    asking.answered();
    if (current != null && failure == null) {
      current.answer.onDone(0);
    } else if (current != null && failure != null) {
      current.answer.onFailed(failure);
    }
  }

  /** Why nothing is taken that needs the connection now, or null. */
  @Nullable SnFailure refusal() {
    if (phase == Phase.CLOSED) {
      return closed();
    }
    Wish current = wish;
    boolean leaves =
        (current != null && current.leaves()) || wishes.stream().anyMatch(Wish::leaves);
    String why =
        switch (phase) {
          case ASLEEP, AWAKE -> "the client sleeps: it has to connect first";
          case DISCONNECTED -> "the client is not connected";
          default -> leaves ? "the client is about to leave" : "";
        };
    return why.isEmpty() ? null : SnFailure.of(SnFailure.Kind.NOT_CONNECTED, why);
  }

  // ---------------------------------------------------------------- its end

  /** Says goodbye without waiting, and gives up everything. */
  void close() {
    if (phase == Phase.CLOSED) {
      return;
    }
    if (phase != Phase.DISCONNECTED) {
      session.send(SnMessage.Disconnect.PLAIN);
    }
    phase = Phase.CLOSED;
    giveUp(closed());
    for (Wish next = wishes.poll(); next != null; next = wishes.poll()) {
      next.answer.onFailed(closed());
    }
  }

  private static SnFailure closed() {
    return SnFailure.of(SnFailure.Kind.CLOSED, "the client is closed");
  }

  /** It is over, and nobody had asked for that. */
  void over(SnFailure failure) {
    boolean stood = isServed();
    phase = Phase.DISCONNECTED;
    giveUp(failure);
    if (stood) {
      listener.onLost(failure);
    }
  }

  private void giveUp(SnFailure failure) {
    pinging.answered();
    fulfil(failure);
    session.giveUp(failure);
  }

  // ---------------------------------------------------------------- what comes

  /** Something came from the gateway. */
  void heard(long now) {
    lastHeard = now;
    if (phase == Phase.AWAKE) {
      asking.progressed(now);
    }
  }

  /** An answer to CONNECT, perhaps. */
  void onAnswer(SnMessage message) {
    switch (message.type()) {
      case WILLTOPICREQ -> answerQuestion(session.willing().topic(), 1);
      case WILLMSGREQ -> answerQuestion(session.willing().message(), 2);
      case CONNACK -> onConnack(((SnMessage.Connack) message).code());
      default -> {} // of an earlier connection: it comes again, where it still matters
    }
  }

  /** The wait for CONNACK begins anew with each question, once. */
  private void answerQuestion(SnMessage answer, int question) {
    session.send(answer);
    if (question > questions) {
      questions = question;
      asking.progressed(session.now());
    }
  }

  private void onConnack(SnReturnCode code) {
    if (code != SnReturnCode.ACCEPTED) {
      over(SnFailure.refused(SnType.CONNECT, code));
      return;
    }
    phase = Phase.ACTIVE;
    echoes = 0;
    fulfil(null);
    session.connected(clean);
  }

  void onPingresp() {
    if (phase == Phase.AWAKE) {
      phase = Phase.ASLEEP;
      fulfil(null);
    } else {
      pinging.answered();
    }
  }

  void onDisconnect() {
    Wish current = wish;
    if (current != null && current.leaves() && asked) {
      echoes += asking.tries(); // a goodbye that was sent again is answered again
      phase = current.aim == Aim.SLEEP ? Phase.ASLEEP : Phase.DISCONNECTED;
      fulfil(null);
    } else if (echoes > 0 && phase != Phase.ACTIVE) {
      echoes--;
    } else {
      String why = "the gateway has ended the connection, or does not know it any more";
      over(SnFailure.of(SnFailure.Kind.DISCONNECTED, why));
    }
  }

  // ---------------------------------------------------------------- time

  void said(long now) {
    lastSent = now;
  }

  void tick(long now) {
    SnFailure failure = asking.tick(now);
    if (failure == null) {
      failure = pinging.tick(now);
    }
    if (failure != null) {
      over(failure);
    } else if (now >= pingAt()) {
      SnMessage ping = new SnMessage.Pingreq(NOBODY);
      pinging.ask(ping, ping, now);
    }
  }

  /** When the gateway hears from the client by itself, and is heard (6.11). */
  private long pingAt() {
    if (phase != Phase.ACTIVE || plan.keepAliveSeconds() == 0 || pinging.isBusy() || asked) {
      return SnAsking.NEVER;
    }
    return Math.min(lastSent, lastHeard)
        + Math.round(plan.keepAliveSeconds() * 1000 * SILENCE_PART);
  }

  long deadline() {
    return Math.min(pingAt(), Math.min(asking.deadline(), pinging.deadline()));
  }

  // ---------------------------------------------------------------- where it stands

  boolean isConnecting() {
    return phase == Phase.CONNECTING;
  }

  /** Whether it is there, or about to be. */
  boolean isBegun() {
    return phase != Phase.DISCONNECTED && phase != Phase.CLOSED;
  }

  boolean isClosed() {
    return phase == Phase.CLOSED;
  }

  /** Whether requests may be sent. */
  boolean isOpen() {
    return phase == Phase.ACTIVE && !asked;
  }

  /** For any thread. */
  boolean isActive() {
    return phase == Phase.ACTIVE;
  }

  /** Whether the gateway has let the client in; also while it sleeps. */
  boolean isServed() {
    return phase == Phase.ACTIVE || phase == Phase.ASLEEP || phase == Phase.AWAKE;
  }
}
