package io.whimbrel.store;

import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.port.JournalRecord.WillMessage;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.routing.SessionKey;
import org.jspecify.annotations.Nullable;

/**
 * Messages as values of rows. A row of the queue begins with what a restart wants to know of it, so
 * that it need not read the payload:
 *
 * <pre>
 * queue:        form, flags, what it counts for, share filter, subscription ids, publication
 * retained:     version (eight bytes, so that the greatest wins), 1, publication  or  version, 0
 * will:         expiry seconds, delay seconds, publication
 * publication:  flags, publisher, topic, expiry (eight bytes), forwarded properties, payload
 * </pre>
 */
final class MessageRow {
  /** The payload is in the row. */
  private static final int INLINE = 1;

  private static final int QOS_BITS = 0x03;
  private static final int RETAIN = 0x04;
  private static final int SHARED = 0x08;
  private static final int IDENTIFIED = 0x10;

  private MessageRow() {}

  // ---------------------------------------------------------------- queue

  static void writeQueued(WriteBytes value, JournalRecord.Queued record) {
    int[] ids = record.subscriptionIds();
    TopicFilter share = record.shareFilter();
    value.oneByte(INLINE);
    value.oneByte(
        record.qos().ordinal()
            | (record.retain() ? RETAIN : 0)
            | (share != null ? SHARED : 0)
            | (ids.length > 0 ? IDENTIFIED : 0));
    value.varint((int) Math.min(Integer.MAX_VALUE, record.publication().bytes()));
    if (share != null) {
      value.block(share.utf8());
    }
    if (ids.length > 0) {
      value.varint(ids.length);
      for (int id : ids) {
        value.varint(id);
      }
    }
    writePublication(value, record.publication());
  }

  static JournalRecord.Queued readQueued(SessionKey session, long sequence, ReadBytes value) {
    int flags = flags(value);
    value.varint();
    TopicFilter share = (flags & SHARED) != 0 ? filter(value.block()) : null;
    int[] ids = new int[(flags & IDENTIFIED) != 0 ? value.count() : 0];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = value.varint();
    }
    return new JournalRecord.Queued(
        session, sequence, readPublication(value), qos(flags), (flags & RETAIN) != 0, ids, share);
  }

  /** What a restart wants to know of a queue row; null where it has to be read whole. */
  static JournalRecord.@Nullable Stored readStored(
      SessionKey session, long sequence, ReadBytes value) {
    int flags = flags(value);
    int bytes = value.varint();
    return (flags & SHARED) != 0 ? null : new JournalRecord.Stored(session, sequence, bytes);
  }

  private static int flags(ReadBytes value) {
    int form = value.oneByte();
    if (form != INLINE) {
      throw new BrokenRowException("a form that is not known: " + form);
    }
    return value.oneByte();
  }

  // ---------------------------------------------------------------- retained and wills

  static void writeRetained(WriteBytes value, JournalRecord.Retained record) {
    Publication message = record.message();
    value.eightBytes(record.version());
    value.oneByte(message == null ? 0 : 1);
    if (message != null) {
      writePublication(value, message);
    }
  }

  static JournalRecord.Retained readRetained(byte[] topic, ReadBytes value) {
    TopicName name = topic(topic);
    long version = value.eightBytes();
    return new JournalRecord.Retained(
        name, version, value.oneByte() == 0 ? null : readPublication(value));
  }

  static void writeWill(WriteBytes value, WillMessage will) {
    value.eightBytes(will.expirySeconds());
    value.eightBytes(will.delaySeconds());
    writePublication(value, will.message());
  }

  static WillMessage readWill(ReadBytes value) {
    long expiry = value.eightBytes();
    long delay = value.eightBytes();
    return new WillMessage(readPublication(value), expiry, delay);
  }

  // ---------------------------------------------------------------- publication

  private static void writePublication(WriteBytes value, Publication publication) {
    value.oneByte(publication.qos().ordinal() | (publication.retain() ? RETAIN : 0));
    value.text(publication.publisher());
    value.block(publication.topic().utf8());
    value.eightBytes(publication.expiresAtMillis());
    value.block(publication.forwarded());
    value.raw(publication.payload());
  }

  private static Publication readPublication(ReadBytes value) {
    int flags = value.oneByte();
    String publisher = value.text();
    byte[] topic = value.block();
    long expiresAt = value.eightBytes();
    byte[] forwarded = value.block();
    return new Publication(
        publisher,
        topic(topic),
        qos(flags),
        (flags & RETAIN) != 0,
        expiresAt,
        forwarded,
        value.rest());
  }

  static Qos qos(int flags) {
    return switch (flags & QOS_BITS) {
      case 0 -> Qos.AT_MOST_ONCE;
      case 1 -> Qos.AT_LEAST_ONCE;
      case 2 -> Qos.EXACTLY_ONCE;
      default -> throw new BrokenRowException("a QoS of 3");
    };
  }

  private static TopicName topic(byte[] utf8) {
    try {
      return TopicName.read(utf8, 0, utf8.length);
    } catch (ProtocolErrorException broken) {
      throw new BrokenRowException(String.valueOf(broken.getMessage()));
    }
  }

  static TopicFilter filter(byte[] utf8) {
    try {
      return TopicFilter.read(utf8, 0, utf8.length);
    } catch (ProtocolErrorException broken) {
      throw new BrokenRowException(String.valueOf(broken.getMessage()));
    }
  }
}
