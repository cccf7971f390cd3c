package io.whimbrel.cli.outside.crash;

import io.whimbrel.codec.Connack;
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
import io.whimbrel.codec.TopicName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Says numbered messages and retained ones, several at a time, with packet identifiers that are
 * soon used again. What was not acknowledged it says again, with DUP and the same identifier.
 */
final class Publisher extends Client {
  private static final int PACKET_IDS = 64;
  private static final long EXPIRY_SECONDS = 3600;

  private final Map<Integer, Flight> flights = new LinkedHashMap<>();
  private boolean sessionAcknowledged;
  private int lastPacketId;
  private int window = 8;
  private long nextNanos;
  private long dropNanos;
  private long returnNanos;

  /** What is on its way: a message of a stream, or a retained one. */
  private static final class Flight {
    final Publish publish;
    final Message message;
    final RetainedBook.Write write;
    boolean received;

    Flight(Publish publish, Message message, RetainedBook.Write write) {
      this.publish = publish;
      this.message = message;
      this.write = write;
    }
  }

  Publisher(World world, String id, ProtocolVersion version) {
    super(world, id, version);
  }

  /** Whether all it said was acknowledged. */
  boolean isDone() {
    return isUp() && flights.isEmpty();
  }

  @Override
  void act(long now) {
    switch (link) {
      case DOWN -> {
        if (now - returnNanos >= 0) {
          connect(false, EXPIRY_SECONDS, 0, null);
        }
      }
      case AWAITING_CONNACK -> {}
      case UP -> {
        if (world.auditing) {
          return;
        }
        if (now - dropNanos >= 0 && now - nextNanos >= 0) {
          returnNanos = world.soon(now, 300);
          drop();
        } else if (now - nextNanos >= 0) {
          say(now);
        }
      }
    }
  }

  private void say(long now) {
    int burst = 1 + world.random.nextInt(6);
    for (int i = 0; i < burst && flights.size() < window; i++) {
      int kind = world.random.nextInt(20);
      if (kind == 0) {
        sayRetained();
      } else {
        sayNext(kind == 1 ? Qos.AT_MOST_ONCE : kind < 10 ? Qos.AT_LEAST_ONCE : Qos.EXACTLY_ONCE);
      }
    }
    nextNanos = world.soon(now, world.chance(30) ? 300 : 20);
  }

  private void sayNext(Qos qos) {
    Stream stream = world.stream(id, world.random.nextInt(World.LETTERS), qos);
    Message message = stream.next(world.tick());
    int packetId = qos == Qos.AT_MOST_ONCE ? 0 : nextPacketId();
    Publish publish =
        new Publish(false, qos, false, stream.topic, packetId, Properties.NONE, message.payload());
    if (packetId > 0) {
      flights.put(packetId, new Flight(publish, message, null));
    }
    message.sends++;
    send(publish);
  }

  private void sayRetained() {
    int topic = world.random.nextInt(RetainedBook.TOPICS);
    RetainedBook.Write write = world.retained.write(topic, id, world.tick(), world.chance(3));
    Qos qos = world.chance(2) ? Qos.AT_LEAST_ONCE : Qos.EXACTLY_ONCE;
    TopicName name = RetainedBook.topic(topic);
    int packetId = nextPacketId();
    Publish publish =
        new Publish(false, qos, true, name, packetId, Properties.NONE, write.payload());
    flights.put(packetId, new Flight(publish, null, write));
    send(publish);
  }

  private int nextPacketId() {
    do {
      lastPacketId = lastPacketId % PACKET_IDS + 1;
    } while (flights.containsKey(lastPacketId));
    return lastPacketId;
  }

  @Override
  void onConnack(Connack connack, long tick) {
    if (connack.sessionPresent() != sessionAcknowledged && sessionAcknowledged) {
      throw new BrokenPromiseException("the session of " + id + " is gone");
    }
    sessionAcknowledged = true;
    window = 1 + world.random.nextInt(30);
    dropNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(world.random.nextInt(4_000));
    for (Flight flight : List.copyOf(flights.values())) {
      Publish first = flight.publish;
      if (flight.received) {
        send(new Pubrel(first.packetId(), ReasonCode.SUCCESS, Properties.NONE));
        continue;
      }
      world.counts.retries++;
      if (flight.message != null) {
        flight.message.sends++;
      }
      send(
          new Publish(
              true,
              first.qos(),
              first.retain(),
              first.topic(),
              first.packetId(),
              first.properties(),
              first.payload()));
    }
  }

  @Override
  void onPacket(Packet packet, long tick) {
    if (packet instanceof Puback ack) {
      Flight flight = flight(ack.packetId(), Qos.AT_LEAST_ONCE, packet);
      acknowledged(flight, ack.reason(), tick);
      flights.remove(ack.packetId());
    } else if (packet instanceof Pubrec ack) {
      Flight flight = flight(ack.packetId(), Qos.EXACTLY_ONCE, packet);
      if (!flight.received) {
        acknowledged(flight, ack.reason(), tick);
      }
      if (ack.reason().isError()) {
        flights.remove(ack.packetId());
      } else {
        flight.received = true;
        send(new Pubrel(ack.packetId(), ReasonCode.SUCCESS, Properties.NONE));
      }
    } else if (packet instanceof Pubcomp ack) {
      if (!flight(ack.packetId(), Qos.EXACTLY_ONCE, packet).received) {
        throw new BrokenPromiseException(id + " gets PUBCOMP before PUBREC: " + packet);
      }
      flights.remove(ack.packetId());
    } else {
      throw new BrokenPromiseException(id + " did not ask for " + packet);
    }
  }

  private Flight flight(int packetId, Qos qos, Packet ack) {
    Flight flight = flights.get(packetId);
    if (flight == null || flight.publish.qos() != qos) {
      throw new BrokenPromiseException(id + " sent nothing that this answers: " + ack);
    }
    return flight;
  }

  private void acknowledged(Flight flight, ReasonCode reason, long tick) {
    if (reason.isError()) {
      world.counts.refused++;
    } else {
      world.counts.acknowledged++;
    }
    if (flight.message != null) {
      flight.message.acknowledged = tick;
      flight.message.refused = reason.isError();
    } else if (reason.isError()) {
      flight.write.refused = true;
    } else {
      flight.write.acknowledged = tick;
      world.counts.retained++;
    }
  }

  @Override
  void onLost() {}
}
