package io.whimbrel.cli;

import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.port.JournalRecord.WillMessage;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.routing.SessionKey;
import io.whimbrel.store.StoreException;
import io.whimbrel.store.StoreMoment;
import io.whimbrel.store.StoreWriting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lines as {@link ExportLines} writes them, made records again; the first that is wrong ends it.
 */
final class ImportLines {
  private final String name;
  private final StoreWriting writing;
  private long count;
  private @Nullable StoreMoment moment;
  private @Nullable SessionKey session;
  private long lastIncarnation;
  private long lastSequence;

  /** What is known of a session until it is known whether a will follows. */
  private final List<JournalRecord> held = new ArrayList<>();

  /**
   * @param name where the lines come from, for messages
   */
  ImportLines(String name, StoreWriting writing) {
    this.name = name;
    this.writing = writing;
  }

  /** How many lines were read. */
  long count() {
    return count;
  }

  void line(String line) throws StoreException, IOException {
    count++;
    if (line.isBlank()) {
      return;
    }
    try {
      LineFields fields = LineFields.read(line);
      String kind = fields.text("kind");
      if (moment == null && !kind.equals("store")) {
        throw new WrongLineException("the line of the kind 'store' has to be the first");
      }
      read(kind, fields);
      fields.requireAllRead();
    } catch (WrongLineException | ProtocolErrorException wrong) {
      throw new IOException(name + ", line " + count + ": " + wrong.getMessage(), wrong);
    }
  }

  /** Ends the store with what the first line says of it. */
  void end() throws StoreException, IOException {
    StoreMoment of = moment;
    if (of == null) {
      throw new IOException(name + ": no line of the kind 'store': this is no export");
    }
    release();
    writing.finish(of);
  }

  private void read(String kind, LineFields fields) throws StoreException {
    switch (kind) {
      case "store" -> store(fields);
      case "session" -> session(fields);
      case "will" -> will(fields);
      case "subscription" -> add(subscription(key(fields), fields));
      case "message" -> add(message(key(fields), fields));
      case "in-flight" -> add(inFlight(key(fields), fields));
      case "received" -> add(new JournalRecord.Received(key(fields), packetId(fields)));
      case "retained" -> {
        Publication message = publication(fields);
        add(
            new JournalRecord.Retained(
                message.topic(), fields.number("version", 0, Long.MAX_VALUE), message));
      }
      default -> throw new WrongLineException("the kind '" + kind + "' is not known");
    }
  }

  private void add(JournalRecord record) throws StoreException {
    release();
    writing.add(record);
  }

  private void release() throws StoreException {
    for (JournalRecord record : held) {
      writing.add(record);
    }
    held.clear();
  }

  // ---------------------------------------------------------------- kinds

  private void store(LineFields fields) {
    if (moment != null) {
      throw new WrongLineException("a second line of the kind 'store'");
    }
    long format = fields.number("format", 1, Long.MAX_VALUE);
    if (format > ExportLines.FORMAT) {
      throw new WrongLineException("a newer Whimbrel wrote this: format " + format);
    }
    moment =
        new StoreMoment(
            fields.time("time"),
            fields.number("lastIncarnation", 0, Long.MAX_VALUE),
            fields.number("lastVersion", 0, Long.MAX_VALUE));
  }

  private void session(LineFields fields) throws StoreException {
    release();
    SessionKey opened =
        new SessionKey(fields.text("client"), fields.number("incarnation", 1, Long.MAX_VALUE - 1));
    if (opened.incarnation() <= lastIncarnation) {
      throw new WrongLineException("sessions have to come in the order of their incarnations");
    }
    lastIncarnation = opened.incarnation();
    lastSequence = 0;
    session = opened;
    held.add(new JournalRecord.SessionOpened(opened, fields.text("user")));
    if (fields.has("connections")) {
      held.add(
          new JournalRecord.SessionConnected(
              opened,
              fields.number("connections", 1, Long.MAX_VALUE),
              fields.number("expirySeconds", 0, 0xFFFF_FFFFL),
              null));
    }
    if (fields.has("disconnectedMillis")) {
      boolean hasWill = fields.has("willDueMillis");
      held.add(
          new JournalRecord.SessionDisconnected(
              opened,
              fields.time("disconnected"),
              fields.number("disconnectedExpirySeconds", 0, 0xFFFF_FFFFL),
              hasWill,
              hasWill ? fields.time("willDue") : 0));
    }
  }

  /** A will is of the connection that the line before tells of. */
  private void will(LineFields fields) throws StoreException {
    SessionKey key = key(fields);
    if (held.size() < 2 || !(held.get(1) instanceof JournalRecord.SessionConnected connected)) {
      throw new WrongLineException("a will has to follow its session, which has connections");
    }
    WillMessage will =
        new WillMessage(
            publication(fields),
            fields.number("expirySeconds", -1, 0xFFFF_FFFFL),
            fields.number("delaySeconds", 0, 0xFFFF_FFFFL));
    held.set(
        1,
        new JournalRecord.SessionConnected(
            key, connected.ordinal(), connected.expirySeconds(), will));
    release();
  }

  private static JournalRecord subscription(SessionKey key, LineFields fields) {
    return new JournalRecord.Subscribed(
        key,
        TopicFilter.of(fields.text("filter")),
        qos(fields, "qos"),
        fields.has("subscriptionId") ? (int) fields.number("subscriptionId", 1, 268_435_455) : 0,
        fields.flag("noLocal"),
        fields.flag("retainAsPublished"),
        fields.flag("replay"));
  }

  private JournalRecord message(SessionKey key, LineFields fields) {
    long sequence = fields.number("sequence", 1, Long.MAX_VALUE);
    if (sequence <= lastSequence) {
      throw new WrongLineException("messages have to come in the order of their sequences");
    }
    lastSequence = sequence;
    return new JournalRecord.Queued(
        key,
        sequence,
        publication(fields),
        qos(fields, "qos"),
        fields.flag("retain"),
        fields.has("subscriptionIds") ? fields.numbers("subscriptionIds") : new int[0],
        fields.has("share") ? TopicFilter.of(fields.text("share")) : null);
  }

  private static JournalRecord inFlight(SessionKey key, LineFields fields) {
    long sequence = fields.number("sequence", 1, Long.MAX_VALUE);
    int packetId = packetId(fields);
    return fields.flag("pubrecReceived")
        ? new JournalRecord.PubrecReceived(key, sequence, packetId)
        : new JournalRecord.InFlight(key, sequence, packetId);
  }

  // ---------------------------------------------------------------- parts of lines

  private SessionKey key(LineFields fields) {
    SessionKey key =
        new SessionKey(fields.text("client"), fields.number("incarnation", 1, Long.MAX_VALUE - 1));
    if (!key.equals(session)) {
      throw new WrongLineException("it has to follow the line of its session");
    }
    return key;
  }

  private static int packetId(LineFields fields) {
    return (int) fields.number("packetId", 1, 65_535);
  }

  private static Qos qos(LineFields fields, String field) {
    return Qos.values()[(int) fields.number(field, 0, 2)];
  }

  private static Publication publication(LineFields fields) {
    return new Publication(
        fields.text("publisher"),
        TopicName.of(fields.text("topic")),
        qos(fields, "publishedQos"),
        fields.flag("publishedRetain"),
        fields.has("expiresMillis") ? fields.time("expires") : Publication.NEVER,
        fields.has("propertiesBase64") ? fields.base64("propertiesBase64") : new byte[0],
        fields.has("payload")
            ? fields.text("payload").getBytes(StandardCharsets.UTF_8)
            : fields.base64("payloadBase64"));
  }
}
