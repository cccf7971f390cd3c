package io.whimbrel.client.internal;

import io.whimbrel.codec.Auth;
import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A session in virtual time, and what it told. */
final class TestSession implements SessionListener {
  static final ClientSession.SessionWaits WAITS =
      new ClientSession.SessionWaits(5_000, 10_000, 120_000);

  final List<String> told = new ArrayList<>();
  final List<Incoming> messages = new ArrayList<>();
  final ClientSession session;

  /** Of the next connection, in seconds. */
  int keepAlive = 60;

  TestSession() {
    this(new MemoryOutbox(), List.of());
  }

  TestSession(Outbox outbox, List<Outbox.Kept> kept) {
    this(outbox, kept, new SplittableRandom(1));
  }

  TestSession(Outbox outbox, List<Outbox.Kept> kept, RandomGenerator random) {
    session = new ClientSession(outbox, kept, 10, WAITS, random, this);
  }

  /** A connection whose server has no session. */
  Wire connected(long now) {
    return connected(now, false, Properties.NONE);
  }

  /** A connection whose server has the session. */
  Wire resumed(long now) {
    return connected(now, true, Properties.NONE);
  }

  Wire connected(long now, boolean sessionPresent, Properties said) {
    Wire wire = opened(now, !sessionPresent);
    session.onPacket(new Connack(sessionPresent, ReasonCode.SUCCESS, said), now);
    return wire;
  }

  /** A connection that waits for CONNACK. */
  Wire opened(long now, boolean clean) {
    Wire wire = new Wire();
    session.opened(
        wire,
        new Connect(
            ProtocolVersion.MQTT_5, clean, keepAlive, Properties.NONE, "c", null, null, null),
        now);
    return wire;
  }

  /** The connection is lost, and the next one is to a server that has the session, or has not. */
  Wire reconnected(long now, boolean sessionPresent) {
    session.onClosed();
    return connected(now, sessionPresent, Properties.NONE);
  }

  static Publish message(Qos qos, String text) {
    return message(qos, text.getBytes(StandardCharsets.UTF_8));
  }

  static Publish message(Qos qos, byte[] payload) {
    return new Publish(false, qos, false, TopicName.of("a"), 0, Properties.NONE, payload);
  }

  // ---------------------------------------------------------------- what it tells

  @Override
  public Outbound.Progress onFound(Outbox.Kept message) {
    return new Became();
  }

  @Override
  public void onConnected(Connack connack) {}

  @Override
  public void onRefused(Connack connack) {
    told.add("refused: " + connack.reason());
  }

  @Override
  public void onMessage(Incoming message) {
    messages.add(message);
  }

  @Override
  public void onAuth(Auth auth) {}

  @Override
  public void onSubscriptionLost(TopicFilter filter, ReasonCode reason) {
    told.add("subscription lost: " + reason);
  }

  @Override
  public void onClosing(@Nullable ReasonCode reason, String why) {
    told.add(why);
  }

  /** What became of a message. */
  static final class Became implements Outbound.Progress {
    final List<String> steps = new ArrayList<>();

    @Override
    public void onSafe() {
      steps.add("safe");
    }

    @Override
    public void onWire() {
      steps.add("sent");
    }

    @Override
    public void onDone(ReasonCode reason, Properties properties) {
      steps.add(reason.toString());
    }

    @Override
    public void onFailed(String why) {
      steps.add("failed: " + why);
    }
  }

  /** What became of a request. */
  static final class Answered implements Request.Answer {
    final List<String> answers = new ArrayList<>();

    @Override
    public void onReasons(List<ReasonCode> reasons, Properties properties) {
      answers.add(reasons.toString());
    }

    @Override
    public void onFailed(String why) {
      answers.add("failed: " + why);
    }
  }
}
