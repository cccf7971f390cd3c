package io.whimbrel.core.connection;

import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Packet;
import io.whimbrel.codec.PacketDecoder;
import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.port.Limits;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a peer on their way to be packets: decoded while the connection may, a bounded
 * number in a turn, kept while it may not, and not read any more then. Valid for the connection,
 * owned by its shard.
 */
final class Inflow {
  private final Connection connection;
  private final Host host;
  private final Outlet outlet;
  private final PacketDecoder decoder;
  private @Nullable ProtocolVersion version; // of a CONNECT that came as a packet
  private boolean processing;
  private boolean scheduled;
  private boolean paused;
  private int unfinishedBytes;
  private long lastPacketAt;

  Inflow(Connection connection, Outlet outlet) {
    this.connection = connection;
    this.host = connection.host;
    this.outlet = outlet;
    Limits limits = host.limits();
    this.decoder = new PacketDecoder(PacketDecoder.Sender.CLIENT, limits.connectPacketSizeMax());
    this.decoder.userPropertiesMax(limits.userPropertiesMax());
    this.lastPacketAt = host.now();
  }

  /** The array is the caller's again when {@link #keepRest} returns. */
  void offer(byte[] bytes, int from, int to) {
    decoder.offer(bytes, from, to);
  }

  /** Decodes and handles what it may. */
  void process() {
    if (processing) {
      return;
    }
    processing = true;
    try {
      int left = host.limits().packetsPerTurnMax();
      while (connection.mayDecode()) {
        if (left-- == 0 && !connection.isEnding()) {
          later(); // others have their turn
          return;
        }
        Packet packet = decoder.poll();
        if (packet == null) {
          break;
        }
        lastPacketAt = host.now();
        connection.handle(packet);
      }
      settle();
    } catch (ProtocolErrorException e) {
      connection.fail(e.reason(), e.explanation());
    } catch (RuntimeException e) {
      broken(e);
    } finally {
      processing = false;
    }
  }

  /** A packet that comes as one; false where none may be handled now. */
  boolean process(Packet packet) {
    if (!connection.mayDecode() && !isTakenBraked(packet)) {
      return false;
    }
    if (packet instanceof Connect connect) {
      version = connect.version();
    }
    try {
      connection.handle(packet);
    } catch (ProtocolErrorException e) {
      connection.fail(e.reason(), e.explanation());
    } catch (RuntimeException e) {
      broken(e);
    }
    return true;
  }

  /**
   * Brakes slow down who asks for more. An answer to what we said gives room, and nobody says it
   * again; nor does who leaves.
   */
  private boolean isTakenBraked(Packet packet) {
    return connection.phase() == Connection.Phase.OPEN
        && switch (packet.type()) {
          case PUBACK, PUBREC, PUBCOMP, DISCONNECT -> true;
          default -> false;
        };
  }

  /** Our fault: this client alone pays, the loop goes on. */
  private void broken(RuntimeException failure) {
    host.observer().internalError(host.shard(), "packet of a client", failure);
    connection.fail(ReasonCode.UNSPECIFIED_ERROR, "internal error");
  }

  /** Reads no more from a peer of whom nothing may be decoded. */
  void settle() {
    if (connection.phase() == Connection.Phase.CLOSED || connection.isEnding()) {
      return;
    }
    boolean pause = !connection.mayDecode();
    if (pause != paused) {
      paused = pause;
      if (pause) {
        outlet.pauseReading();
      } else {
        outlet.resumeReading();
      }
    }
  }

  /** Goes on decoding what was kept, in a turn of its own. */
  void later() {
    if (!scheduled) {
      scheduled = true;
      host.nextTurn(
          () -> {
            scheduled = false;
            process();
            keepRest();
          });
    }
  }

  /** Copies what is not decoded, and says how much that is. */
  void keepRest() {
    if (connection.phase() != Connection.Phase.CLOSED) {
      decoder.keepRest();
      settleUnfinished();
    }
  }

  private void settleUnfinished() {
    int bytes = decoder.heldBytes();
    if (bytes != unfinishedBytes) {
      unfinishedBytes = bytes;
      outlet.unfinished(bytes, lastPacketAt);
    }
  }

  boolean isPaused() {
    return paused;
  }

  /** Null before a CONNECT. */
  @Nullable ProtocolVersion version() {
    return version == null ? decoder.version() : version;
  }

  void packetSizeMax(int bytes) {
    decoder.packetSizeMax(bytes);
  }

  /** The connection is over. */
  void release() {
    decoder.release();
    settleUnfinished();
  }
}
