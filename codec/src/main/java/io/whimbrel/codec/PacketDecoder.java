package io.whimbrel.codec;

import org.jspecify.annotations.Nullable;

/**
 * Turns a stream of bytes, split anywhere, into packets. Strict: what it returns is valid for the
 * version; everything else is a {@link ProtocolErrorException}, after which the decoder is dead and
 * only throws again. Pulled, so that its owner can stop between two packets. Owned by one thread.
 *
 * <p>Use: {@code offer} a range, {@code poll} until it returns null. An owner that stops earlier
 * calls {@code keepRest} before the array is reused. Never holds more than twice what arrived: a
 * declared length is not allocated before its bytes are there.
 *
 * <p>The stream is what is held followed by what is lent. A packet that lies whole in the lent
 * array is decoded where it lies; one that does not is gathered in an array that doubles as its
 * bytes arrive and is let go with its last one, so that an idle connection holds nothing. The
 * payload of a large PUBLISH is gathered where it stays ({@link LargePublish}).
 */
public final class PacketDecoder {
  /** Who wrote the bytes: only packets that side may send are accepted. */
  public enum Sender {
    CLIENT,
    SERVER
  }

  /** How many User Properties a packet, and beside it a Will, may have unless told otherwise. */
  public static final int USER_PROPERTIES_MAX = 1_000;

  private static final byte[] NOTHING = new byte[0];
  private static final int INCOMPLETE = -1;

  private final Sender sender;
  private final ByteReader in = new ByteReader();
  private int packetSizeMax;
  private int userPropertiesMax = USER_PROPERTIES_MAX;
  private @Nullable ProtocolVersion version;
  private @Nullable ProtocolErrorException death;

  // A large PUBLISH that comes before all that is held and lent.
  private @Nullable LargePublish large;

  // What is held: a packet's beginning, or what keepRest kept.
  private byte[] held = NOTHING;
  private int heldFrom;
  private int heldTo;

  // What is lent.
  private byte[] lent = NOTHING;
  private int lentFrom;
  private int lentTo;

  /**
   * @param packetSizeMax largest whole packet in bytes, fixed header included; larger ones are
   *     refused with PACKET_TOO_LARGE as soon as their fixed header is there
   */
  public PacketDecoder(Sender sender, int packetSizeMax) {
    this.sender = sender;
    this.packetSizeMax = packetSizeMax;
  }

  /** The version: set by a CONNECT that was decoded, or by the owner of a client's decoder. */
  public void version(ProtocolVersion newVersion) {
    version = newVersion;
    in.cite(newVersion);
  }

  /**
   * The version, or null before CONNECT. After a CONNECT that failed it is the version in which a
   * CONNACK can be written (for an unknown level the nearest), or null where the peer is none to
   * answer.
   */
  public @Nullable ProtocolVersion version() {
    return version;
  }

  /** Changes the largest packet, from the next packet on. */
  public void packetSizeMax(int bytes) {
    packetSizeMax = bytes;
  }

  /** Changes how many User Properties are accepted; more are refused with QUOTA_EXCEEDED. */
  public void userPropertiesMax(int count) {
    userPropertiesMax = count;
  }

  /** Lends a range; all earlier ones must have been polled to the end or kept. */
  public void offer(byte[] bytes, int from, int to) {
    if (lentFrom < lentTo) {
      throw new IllegalStateException("the range lent before is neither polled nor kept");
    }
    lent = bytes;
    lentFrom = from;
    lentTo = to;
  }

  /**
   * The next packet, or null where bytes are missing (what is there of it was copied).
   *
   * @throws ProtocolErrorException the peer broke the protocol
   */
  public @Nullable Packet poll() {
    if (death != null) {
      throw death;
    }
    if (sender == Sender.SERVER && version == null) {
      throw new IllegalStateException("the version a server speaks must be set before it is heard");
    }
    try {
      LargePublish coming = large;
      if (coming != null) {
        return pollLarge(coming);
      }
      return heldFrom < heldTo ? pollHeld() : pollLent();
    } catch (ProtocolErrorException broken) {
      death = broken;
      release();
      throw broken;
    } finally {
      in.forget();
    }
  }

  /** Copies what was lent and not yet polled, so that the lent array may be reused. */
  public void keepRest() {
    if (death == null) {
      if (large != null) {
        feed(large);
      }
      hold(lentTo - lentFrom, 0);
    }
    forgetLent();
  }

  /** Bytes this decoder holds in memory of its own. */
  public int heldBytes() {
    return held.length + (large == null ? 0 : large.heldBytes());
  }

  private @Nullable Packet pollLarge(LargePublish coming) {
    feed(coming);
    if (lentFrom == lentTo) {
      forgetLent();
    }
    if (coming.missing() > 0) {
      return null;
    }
    large = null;
    return coming.whole();
  }

  /** Nothing is held while anything is missing of it. */
  private void feed(LargePublish coming) {
    int count = Math.min(coming.missing(), lentTo - lentFrom);
    if (count > 0) {
      coming.take(lent, lentFrom, count);
      lentFrom += count;
    }
  }

  /** The large PUBLISH that begins here, which has taken all that is there; null if none does. */
  private @Nullable LargePublish beginLarge(byte[] bytes, int from, int to, int size) {
    if ((bytes[from] & 0xFF) >>> 4 != PacketType.PUBLISH.number()) {
      return null;
    }
    int before = PublishDecoder.sizeBeforePayload(bytes, from, to, speaks());
    if (before < 0 || size - before < LargePublish.PAYLOAD_MIN) {
      return null;
    }
    Publish head = (Publish) decode(bytes, from, from + before);
    LargePublish begun = new LargePublish(head, before, size - before);
    begun.take(bytes, from + before, to - from - before);
    return begun;
  }

  private @Nullable Packet pollLent() {
    int available = lentTo - lentFrom;
    int size = available == 0 ? INCOMPLETE : packetSize(lent, lentFrom, lentTo);
    if (size == INCOMPLETE || size > available) {
      large = size == INCOMPLETE ? null : beginLarge(lent, lentFrom, lentTo, size);
      if (large == null) {
        hold(available, size);
      }
      forgetLent();
      return null;
    }
    Packet packet = decode(lent, lentFrom, lentFrom + size);
    lentFrom += size;
    if (lentFrom == lentTo) {
      forgetLent();
    }
    return packet;
  }

  private @Nullable Packet pollHeld() {
    int size;
    while ((size = packetSize(held, heldFrom, heldTo)) == INCOMPLETE) {
      if (lentFrom == lentTo) {
        forgetLent();
        return null;
      }
      hold(1, 0);
    }
    int missing = size - (heldTo - heldFrom);
    if (missing > 0) {
      hold(Math.min(missing, lentTo - lentFrom), size);
      if (heldTo - heldFrom < size) {
        forgetLent(); // all of it was held
        large = beginLarge(held, heldFrom, heldTo, size);
        if (large != null) {
          releaseHeld();
        }
        return null;
      }
      if (lentFrom == lentTo) {
        forgetLent();
      }
    }
    Packet packet = decode(held, heldFrom, heldFrom + size);
    heldFrom += size;
    if (heldFrom == heldTo) {
      releaseHeld();
    }
    return packet;
  }

  /**
   * The size of the whole packet that begins here, or {@link #INCOMPLETE} where its fixed header is
   * not all there. Judges what is there of the header at once.
   */
  private int packetSize(byte[] bytes, int from, int to) {
    FirstByte.check(bytes[from] & 0xFF, sender, version);
    int remaining = 0;
    for (int at = from + 1, shift = 0; at < to; at++, shift += 7) {
      remaining |= (bytes[at] & 0x7F) << shift;
      if (bytes[at] >= 0) {
        int size = at + 1 - from + remaining;
        if (size > packetSizeMax) {
          throw new ProtocolErrorException(
              ReasonCode.PACKET_TOO_LARGE, "3.2.2.3.6", "packet is larger than accepted");
        }
        return size;
      }
      if (shift == 21) {
        throw Faults.malformed("2.1.4", "remaining length is longer than four bytes");
      }
    }
    return INCOMPLETE;
  }

  private Packet decode(byte[] bytes, int from, int to) {
    int first = bytes[from] & 0xFF;
    int body = from + 2;
    while (bytes[body - 1] < 0) {
      body++;
    }
    in.begin(bytes, body, to);
    PacketType type = FirstByte.check(first, sender, version);
    Packet packet = type == PacketType.CONNECT ? connect() : decode(type, first & 0x0F);
    if (in.remaining() > 0) {
      throw Faults.malformed("2.1.4", "bytes behind the last field of the packet");
    }
    boolean shortest = body == from + 2 || bytes[body - 1] != 0;
    if (!shortest && speaks().isFive()) { // 3.x makes no such demand
      throw Faults.malformed("MQTT-1.5.5-1", "remaining length is not in shortest form");
    }
    return packet;
  }

  private Connect connect() {
    version(ConnectDecoder.readVersion(in)); // known to the owner even if the rest is refused
    ConnectDecoder.checkLevel(in, speaks());
    return ConnectDecoder.read(in, speaks(), userPropertiesMax);
  }

  private Packet decode(PacketType type, int flags) {
    ProtocolVersion v = speaks();
    return switch (type) {
      case CONNECT -> throw new IllegalStateException("CONNECT sets the version first");
      case CONNACK -> ReasonDecoder.readConnack(in, v, userPropertiesMax);
      case PUBLISH -> PublishDecoder.read(in, flags, v, sender, userPropertiesMax);
      case PUBACK, PUBREC, PUBREL, PUBCOMP ->
          AcknowledgementDecoder.read(in, type, v, userPropertiesMax);
      case SUBSCRIBE -> SubscribeDecoder.read(in, v, userPropertiesMax);
      case SUBACK -> AcknowledgementDecoder.readSuback(in, v, userPropertiesMax);
      case UNSUBSCRIBE -> SubscribeDecoder.readUnsubscribe(in, v, userPropertiesMax);
      case UNSUBACK -> AcknowledgementDecoder.readUnsuback(in, v, userPropertiesMax);
      case PINGREQ -> Pingreq.INSTANCE;
      case PINGRESP -> Pingresp.INSTANCE;
      case DISCONNECT -> ReasonDecoder.readDisconnect(in, v, sender, userPropertiesMax);
      case AUTH -> ReasonDecoder.readAuth(in, sender, userPropertiesMax);
    };
  }

  private ProtocolVersion speaks() {
    if (version == null) {
      throw new IllegalStateException("no version yet");
    }
    return version;
  }

  /**
   * Moves bytes from what is lent to what is held.
   *
   * @param size of the packet they belong to, where it is known: growth never goes beyond it
   */
  private void hold(int count, int size) {
    if (count == 0) {
      return;
    }
    int kept = heldTo - heldFrom;
    if (held.length - heldTo < count) {
      int capacity = Math.max(kept + count, Math.min(kept * 2, size));
      byte[] grown = new byte[capacity];
      System.arraycopy(held, heldFrom, grown, 0, kept);
      held = grown;
      heldFrom = 0;
      heldTo = kept;
    }
    System.arraycopy(lent, lentFrom, held, heldTo, count);
    heldTo += count;
    lentFrom += count;
  }

  /** Lets go of all bytes, where no packet is wanted any more. */
  public void release() {
    large = null;
    releaseHeld();
    forgetLent();
  }

  private void releaseHeld() {
    held = NOTHING;
    heldFrom = 0;
    heldTo = 0;
  }

  private void forgetLent() {
    lent = NOTHING;
    lentFrom = 0;
    lentTo = 0;
  }
}
