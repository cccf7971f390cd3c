package io.whimbrel.sim;

import io.whimbrel.codec.ByteWriter;
import io.whimbrel.core.connection.Connection;
import io.whimbrel.core.port.ConnectionOutput;
import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.core.port.Origin;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One network connection: two pipes that split, delay and lose. It can be reset, and half-open: one
 * side hears nothing of its end. Owned by the simulation's thread.
 */
final class Link implements ConnectionOutput {
  /** The side of the client. */
  interface End {
    void onBytes(byte[] bytes);

    /** The connection is gone, as far as the client can tell. */
    void onClosed();
  }

  /** What the broker is told that it is. */
  static final String TRANSPORT = "sim";

  final int id;
  final String clientId;
  private final World world;
  private final Dice dice;
  private final Loop loop;
  private final End client;
  private final Pipe up = new Pipe();
  private final Pipe down = new Pipe();
  private final ByteWriter writer = new ByteWriter(256);
  private @Nullable Connection connection;
  private boolean cut; // nothing travels any more
  private boolean clientClosed;
  private boolean brokerClosed;
  private boolean clientTold;
  private boolean brokerTold;
  private boolean paused;
  private boolean slow;
  private boolean full;
  private boolean upMoving;
  private boolean downMoving;

  /** When and why the broker ended it; a time of -1 says that it has not. */
  long endedAt = -1;

  /** Whether the broker took it as a normal end by its client. */
  boolean saidGoodbye;

  /** When the broker wrote CONNACK SUCCESS, or -1. */
  long acceptedAt = -1;

  /** Bytes on their way. */
  private static final class Pipe {
    private byte[] bytes = new byte[64];
    private int from;
    private int to;

    void add(byte[] more) {
      if (to + more.length > bytes.length) {
        byte[] grown = new byte[Math.max(bytes.length * 2, to - from + more.length)];
        System.arraycopy(bytes, from, grown, 0, to - from);
        bytes = grown;
        to -= from;
        from = 0;
      }
      System.arraycopy(more, 0, bytes, to, more.length);
      to += more.length;
    }

    byte[] take(int most) {
      int count = Math.min(most, to - from);
      from += count;
      return Arrays.copyOfRange(bytes, from - count, from);
    }

    int size() {
      return to - from;
    }

    void clear() {
      from = to;
    }
  }

  Link(World world, int id, String clientId, Loop loop, End client, Dice dice) {
    this.world = world;
    this.id = id;
    this.clientId = clientId;
    this.loop = loop;
    this.client = client;
    this.dice = dice;
    DurabilityLevel level = world.listeners.next();
    world.note("link " + id + " of " + clientId + " promises " + level);
    Origin origin = new Origin("link-" + id, TRANSPORT, level);
    loop.input(() -> connection = loop.shard().open(this, origin, loop.shard().now()));
  }

  private long delay() {
    int most = world.chaos ? world.swarm.netMillisMax() : 2;
    return dice.between(0, most);
  }

  /** How much travels at once: a little, but large messages do not take for ever. */
  private int chunk(Pipe pipe) {
    int most = world.chaos ? Math.max(world.swarm.chunkMax(), pipe.size() / 50) : 100_000;
    return dice.between(1, most);
  }

  // ---------------------------------------------------------------- the client's side

  void send(byte[] bytes) {
    if (!cut && !clientClosed) {
      up.add(bytes);
      moveUp();
    }
  }

  /** The client closes: politely behind what it sent, or at once, losing it. */
  void closeByClient(boolean politely) {
    clientClosed = true;
    clientTold = true;
    down.clear();
    if (politely) {
      moveUp();
    } else {
      cut = true;
      world.clock.after(delay(), this::tellBroker);
    }
  }

  /** A client that reads nothing, or reads again. */
  void slow(boolean on) {
    slow = on;
    moveDown();
  }

  private void moveUp() {
    if (upMoving || cut || brokerClosed || (paused && dice.chance(0.9))) {
      return;
    }
    if (up.size() == 0) {
      if (clientClosed && !paused) {
        tellBroker();
      }
      return;
    }
    upMoving = true;
    world.clock.after(
        delay(),
        () -> {
          upMoving = false;
          if (!cut && !brokerClosed && !loop.isDead()) {
            arriveUp(up.take(chunk(up)));
            moveUp();
          }
        });
  }

  private void arriveUp(byte[] chunk) {
    loop.input(
        () -> {
          Connection open = connection;
          if (open != null && !brokerTold) {
            open.onBytes(chunk, 0, chunk.length);
            Arrays.fill(chunk, (byte) 0x55); // the edge uses its array again
          }
        });
  }

  // ---------------------------------------------------------------- the broker's side

  @Override
  public ByteWriter writer() {
    loop.dirty(this);
    return writer;
  }

  @Override
  public void writeShared(byte[] bytes) {
    drain();
    down.add(bytes);
    loop.dirty(this);
  }

  @Override
  public long pendingBytes() {
    return (long) writer.size() + down.size();
  }

  @Override
  public void pauseReading() {
    paused = true;
  }

  @Override
  public void resumeReading() {
    paused = false;
    moveUp();
  }

  @Override
  public void close() {
    brokerClosed = true;
    loop.dirty(this);
    world.clock.after(400, this::tellBoth);
  }

  private void drain() {
    if (writer.size() > 0) {
      if (!cut && !clientClosed) {
        down.add(writer.toByteArray());
      }
      writer.truncate(0);
    }
  }

  /** End of turn: what was written leaves. */
  void flush() {
    full |= pendingBytes() >= world.swarm.limits().outputBytesMax();
    drain();
    if (clientClosed) {
      down.clear();
      if (!cut) { // who writes to what is closed learns of it
        cut = true;
        tellBroker();
      }
    }
    settleWritable();
    moveDown();
  }

  private void moveDown() {
    if (downMoving || clientTold || slow || loop.isDead()) {
      return;
    }
    if (down.size() == 0 || cut) {
      if (brokerClosed && !cut) {
        tellBoth();
      }
      return;
    }
    downMoving = true;
    world.clock.after(
        delay(),
        () -> {
          downMoving = false;
          if (!cut && !clientTold && !slow) {
            byte[] chunk = down.take(chunk(down));
            settleWritable();
            client.onBytes(chunk);
            moveDown();
          }
        });
  }

  private void settleWritable() {
    if (full && pendingBytes() < world.swarm.limits().outputBytesMax() / 2) {
      full = false;
      loop.input(
          () -> {
            Connection open = connection;
            if (open != null && !brokerTold) {
              open.onWritable();
            }
          });
    }
  }

  // ---------------------------------------------------------------- the end

  /** The network breaks. */
  void reset(boolean clientHears, boolean brokerHears) {
    if (cut) {
      return;
    }
    cut = true;
    up.clear();
    world.note(
        "link "
            + id
            + " reset"
            + (clientHears ? "" : ", the client is not told")
            + (brokerHears ? "" : ", the broker is not told"));
    if (clientHears) {
      world.clock.after(delay(), this::tellClient);
    }
    if (brokerHears) {
      world.clock.after(delay(), this::tellBroker);
    }
  }

  /** The broker's process is gone. */
  void brokerDied(boolean clientHears) {
    cut = true;
    brokerTold = true;
    if (clientHears) {
      world.clock.after(delay(), this::tellClient);
    }
  }

  /** Whoever was not told yet learns that the connection is gone. */
  void settle() {
    if (cut) {
      tellBoth();
    } else if (clientClosed) {
      tellBroker();
    }
  }

  boolean isOver() {
    return clientTold && brokerTold;
  }

  private void tellBoth() {
    tellClient();
    tellBroker();
  }

  private void tellClient() {
    if (!clientTold) {
      clientTold = true;
      client.onClosed();
    }
  }

  private void tellBroker() {
    if (brokerTold || loop.isDead()) {
      return;
    }
    loop.input(
        () -> {
          Connection open = connection;
          if (!brokerTold && open != null) {
            brokerTold = true;
            loop.shard().closed(open);
          }
        });
  }

  @Override
  public String toString() {
    return "link " + id;
  }
}
