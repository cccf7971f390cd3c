package io.whimbrel.server.metrics;

import io.whimbrel.codec.PacketType;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.port.BrokerObserver;
import io.whimbrel.core.port.DropReason;
import io.whimbrel.core.port.Identity;
import io.whimbrel.core.port.Origin;

/** Counts what happens, and tells the part of it that people want to read. */
public final class CountingObserver implements BrokerObserver {
  private final Counts counts;
  private final ClientEvents told;

  public CountingObserver(Counts counts, ClientEvents told) {
    this.counts = counts;
    this.told = told;
  }

  @Override
  public void connectionOpened(int shard, Origin origin) {
    counts.shard(shard).add(Count.CONNECTIONS_OPENED, 1);
  }

  @Override
  public void clientConnected(
      int shard, Identity who, ProtocolVersion version, boolean sessionPresent) {
    counts.shard(shard).add(Count.CLIENTS_CONNECTED, 1);
    told.connected(who, version, sessionPresent);
  }

  @Override
  public void reauthenticated(int shard, Identity who, int lost) {
    counts.shard(shard).add(Count.REAUTHENTICATIONS, 1);
    counts.shard(shard).add(Count.SUBSCRIPTIONS_LOST, lost);
    told.reauthenticated(who, lost);
  }

  @Override
  public void connectRefused(int shard, Identity claimed, ReasonCode reason, String explanation) {
    counts.shard(shard).add(Count.refused(reason), 1);
    told.refused(claimed, reason, explanation);
  }

  @Override
  public void connectionClosed(
      int shard, Identity who, boolean wasConnected, ReasonCode reason, String explanation) {
    counts.shard(shard).add(Count.CONNECTIONS_CLOSED, 1);
    counts.shard(shard).add(Count.disconnected(reason), 1);
    told.closed(who, wasConnected, reason, explanation);
  }

  @Override
  public void packetReceived(int shard, PacketType type) {
    counts.shard(shard).add(Count.received(type), 1);
  }

  @Override
  public void packetSent(int shard, PacketType type) {
    counts.shard(shard).add(Count.sent(type), 1);
  }

  @Override
  public void messageReceived(int shard, Qos qos, long payloadBytes) {
    counts.shard(shard).add(Count.messagesReceived(qos), 1);
    counts.shard(shard).add(Count.payloadReceived(qos), payloadBytes);
  }

  @Override
  public void messageSent(int shard, Qos qos, long payloadBytes) {
    counts.shard(shard).add(Count.messagesSent(qos), 1);
    counts.shard(shard).add(Count.payloadSent(qos), payloadBytes);
  }

  @Override
  public void messageResent(int shard) {
    counts.shard(shard).add(Count.MESSAGES_RESENT, 1);
  }

  @Override
  public void messageDropped(int shard, DropReason reason, String clientId) {
    counts.shard(shard).add(Count.dropped(reason), 1);
    told.dropped(reason, clientId);
  }

  @Override
  public void sessionOpened(int shard) {
    counts.shard(shard).add(Count.SESSIONS_OPENED, 1);
  }

  @Override
  public void sessionEnded(int shard, boolean expired) {
    counts.shard(shard).add(Count.SESSIONS_ENDED, 1);
    if (expired) {
      counts.shard(shard).add(Count.SESSIONS_EXPIRED, 1);
    }
  }

  @Override
  public void sessionMoved(int shard) {
    counts.shard(shard).add(Count.SESSIONS_MOVED, 1);
  }

  @Override
  public void queuedChanged(int shard, int messages, long bytes) {
    counts.shard(shard).add(Count.MESSAGES_QUEUED, messages);
    counts.shard(shard).add(Count.BYTES_QUEUED, bytes);
  }

  @Override
  public void storedChanged(int shard, int messages, long bytes) {
    counts.shard(shard).add(Count.MESSAGES_STORED, messages);
    counts.shard(shard).add(Count.BYTES_STORED, bytes);
  }

  @Override
  public void connectedChanged(int shard, int change) {
    counts.shard(shard).add(Count.CLIENTS, change);
  }

  @Override
  public void braked(int shard, String why) {
    Count count =
        switch (why) {
          case "ACKNOWLEDGEMENTS" -> Count.BRAKES_ACKNOWLEDGEMENTS;
          case "OUTPUT" -> Count.BRAKES_OUTPUT;
          case "CONGESTION" -> Count.BRAKES_CONGESTION;
          case "RATE" -> Count.BRAKES_RATE;
          default -> throw new IllegalArgumentException("no such brake: " + why);
        };
    counts.shard(shard).add(count, 1);
  }

  @Override
  public void internalError(int shard, String where, Throwable cause) {
    counts.shard(shard).add(Count.INTERNAL_ERRORS, 1);
    told.internalError(where, cause);
  }
}
