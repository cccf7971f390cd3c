package io.whimbrel.core;

import io.whimbrel.core.port.Limits;
import java.util.function.Consumer;

/**
 * The limits of a {@link VirtualBroker} while a test chooses them: the defaults of the server with
 * small queues, and what the test says otherwise.
 */
public final class VirtualLimits {
  public int packetSizeMax = 1 << 20;
  public int connectPacketSizeMax = 65_536;
  public long connectTimeoutMillis = 10_000;
  public int connectionsMax = 1000;
  public int topicLevelsMax = 200;
  public int userPropertiesMax = 1000;
  public int subscriptionsPerSessionMax = 1000;
  public long retainedMessagesMax = 1000;
  public long retainedBytesMax = 1 << 24;
  public int queueMessagesMax = 100;
  public long queueBytesMax = 1 << 20;
  public int queueResidentMessagesMax = 1000;
  public long queueResidentBytesMax = 1 << 18;
  public int queuePageMessagesMax = 128;
  public int queuePageBytesMax = 1 << 16;
  public boolean dropOldest = false;
  public boolean queueQos0Offline = false;
  public int receiveMaximum = 100;
  public int inFlightMax = 100;
  public int topicAliasMaximumIn = 10;
  public int topicAliasMaximumOut = 10;
  public int serverKeepAliveSeconds = 0;
  public int keepAliveMaxSeconds = 0;
  public long sessionExpiryMaxSeconds = 0xFFFF_FFFFL;
  public int outputBytesMax = 1 << 20;
  public long stuckOutputMillis = 60_000;
  public int packetsPerTurnMax = 1000;
  public int unacknowledgedMax = 1000;
  public int laneMessagesMax = 1000;
  public long uncommittedBytesMax = 1 << 20;
  public long memoryBytesMax = 1 << 26;
  public int publishRateMax = 0;
  public boolean payloadFormatCheck = true;
  public boolean closeUnauthorised;
  public boolean concealUnauthorised;
  public int sliceMax = 1000;

  private VirtualLimits() {}

  /** The usual ones, changed. */
  public static Limits with(Consumer<VirtualLimits> change) {
    VirtualLimits limits = new VirtualLimits();
    change.accept(limits);
    return limits.build();
  }

  private Limits build() {
    return new Limits(
        packetSizeMax,
        connectPacketSizeMax,
        connectTimeoutMillis,
        connectionsMax,
        topicLevelsMax,
        userPropertiesMax,
        subscriptionsPerSessionMax,
        retainedMessagesMax,
        retainedBytesMax,
        queueMessagesMax,
        queueBytesMax,
        queueResidentMessagesMax,
        queueResidentBytesMax,
        queuePageMessagesMax,
        queuePageBytesMax,
        dropOldest,
        queueQos0Offline,
        receiveMaximum,
        inFlightMax,
        topicAliasMaximumIn,
        topicAliasMaximumOut,
        serverKeepAliveSeconds,
        keepAliveMaxSeconds,
        sessionExpiryMaxSeconds,
        outputBytesMax,
        stuckOutputMillis,
        packetsPerTurnMax,
        unacknowledgedMax,
        laneMessagesMax,
        uncommittedBytesMax,
        memoryBytesMax,
        publishRateMax,
        payloadFormatCheck,
        closeUnauthorised,
        concealUnauthorised,
        sliceMax);
  }
}
