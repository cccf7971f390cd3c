package io.whimbrel.cli.outside.crash;

import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Puback;
import io.whimbrel.codec.Pubcomp;
import io.whimbrel.codec.Publish;
import io.whimbrel.codec.Pubrec;
import io.whimbrel.codec.Pubrel;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/** A client that takes messages, and takes its time to acknowledge them. */
abstract class Receiver extends Client {
  /** QoS 2 messages taken and not released, by packet identifier. */
  private final Map<Integer, Publish> taken = new HashMap<>();

  private final ArrayDeque<Packet> answers = new ArrayDeque<>();
  private long answerNanos;

  Receiver(World world, String id, ProtocolVersion version) {
    super(world, id, version);
  }

  /** A message came; of QoS 2 messages, only the first time. */
  abstract void accept(Publish publish, long tick);

  /** The session is a new one. */
  void forgetTaken() {
    taken.clear();
  }

  boolean hasAnswered() {
    return answers.isEmpty() && taken.isEmpty();
  }

  /** Says what it put off. */
  void answer(long now) {
    if (!isUp()) {
      return;
    }
    while (!answers.isEmpty() && (now - answerNanos >= 0 || world.auditing)) {
      send(answers.remove());
      if (world.chance(8)) {
        answerNanos = world.soon(now, 100);
      }
    }
  }

  @Override
  void onPacket(Packet packet, long tick) {
    if (packet instanceof Publish publish) {
      onPublish(publish, tick);
    } else if (packet instanceof Pubrel release) {
      taken.remove(release.packetId());
      answers.add(new Pubcomp(release.packetId(), ReasonCode.SUCCESS, Properties.NONE));
    } else {
      throw new BrokenPromiseException(id + " did not ask for " + packet);
    }
  }

  private void onPublish(Publish publish, long tick) {
    if (publish.qos() == Qos.AT_MOST_ONCE) {
      accept(publish, tick);
    } else if (publish.qos() == Qos.AT_LEAST_ONCE) {
      accept(publish, tick);
      answers.add(new Puback(publish.packetId(), ReasonCode.SUCCESS));
    } else {
      Publish before = taken.putIfAbsent(publish.packetId(), publish);
      if (before == null) {
        accept(publish, tick);
      } else if (!isAgain(before, publish)) {
        throw new BrokenPromiseException(
            id + " did not release " + before + " and is sent with its identifier " + publish);
      }
      answers.add(new Pubrec(publish.packetId(), ReasonCode.SUCCESS));
    }
  }

  private static boolean isAgain(Publish before, Publish now) {
    Publish again =
        new Publish(
            true,
            before.qos(),
            before.retain(),
            before.topic(),
            before.packetId(),
            before.properties(),
            before.payload());
    return again.equals(now);
  }

  @Override
  void onLost() {
    answers.clear();
  }
}
