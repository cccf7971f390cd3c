package io.whimbrel.cli.outside.crash;

import io.whimbrel.cli.outside.crash.WillBook.Testament;
import io.whimbrel.cli.outside.crash.WillBook.Verdict;
import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicName;
import io.whimbrel.codec.Will;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client with a will, a new one each time it connects. */
final class Ward extends Client {
  private final WillWatcher watcher;
  private final int delaySeconds;
  private final long expirySeconds;
  private final List<Testament> earlier = new ArrayList<>();
  private Testament testament;
  private boolean saidGoodbye;
  private boolean leaves;
  private int count;
  private long moveNanos;
  private long returnNanos;

  Ward(
      World world,
      String id,
      ProtocolVersion version,
      WillWatcher watcher,
      int delaySeconds,
      long expirySeconds) {
    super(world, id, version);
    this.watcher = watcher;
    this.delaySeconds = delaySeconds;
    this.expirySeconds = expirySeconds;
  }

  @Override
  void act(long now) {
    switch (link) {
      case DOWN -> {
        if (!world.auditing && now - returnNanos >= 0 && watcher.isSubscribed()) {
          come();
        }
      }
      case AWAITING_CONNACK -> {}
      case UP -> {
        if (!world.auditing && now - moveNanos >= 0 && !saidGoodbye) {
          returnNanos = world.soon(now, 3_000);
          if (world.chance(2)) {
            saidGoodbye = true; // and waits until the broker hangs up
            disconnect(ReasonCode.SUCCESS, Properties.NONE);
          } else {
            leaves = true;
            drop();
            leaves = false;
          }
        }
      }
    }
  }

  private void come() {
    if (world.port() == 0) {
      return;
    }
    Qos qos = world.chance(3) ? Qos.AT_LEAST_ONCE : Qos.EXACTLY_ONCE;
    String text = id + " " + ++count;
    Properties properties =
        delaySeconds == 0
            ? Properties.NONE
            : Properties.builder().set(PropertyId.WILL_DELAY_INTERVAL, delaySeconds).build();
    Will will =
        new Will(
            TopicName.of("w/" + id),
            text.getBytes(StandardCharsets.US_ASCII),
            qos,
            false,
            properties);
    if (connect(expirySeconds == 0, expirySeconds, 0, will)) {
      earlier.forEach(world.wills::returns);
      testament = world.wills.made(text, qos, delaySeconds);
      saidGoodbye = false;
    }
  }

  @Override
  void onConnack(Connack connack, long tick) {
    earlier.forEach(world.wills::returned);
    earlier.clear();
    testament.acknowledged = true;
    moveNanos = world.soon(System.nanoTime(), 4_000);
  }

  @Override
  void onPacket(Packet packet, long tick) {
    throw new BrokenPromiseException(id + " did not ask for " + packet);
  }

  @Override
  void onLost() {
    Testament left = testament;
    testament = null;
    if (left == null) {
      return;
    }
    boolean crash = !leaves && world.victim().wasKilled();
    if (saidGoodbye) { // a broker that stops closes as well what it has not read
      boolean heard = !crash && !world.victim().isStopping() && !world.tolerant;
      world.wills.removed(left, heard ? Verdict.NEVER : Verdict.EITHER);
    } else {
      world.wills.lost(left, crash);
    }
    earlier.add(left);
  }
}
