package io.whimbrel.cli;

import io.whimbrel.codec.TopicFilter;
import io.whimbrel.core.port.JournalRecord;
import io.whimbrel.core.routing.Publication;
import io.whimbrel.core.routing.SessionKey;
import io.whimbrel.store.StoreMoment;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/**
 * Records as lines of JSON, each with its kind. Times stand twice, for people and in milliseconds;
 * a payload is text where that says all of it. What {@link ImportLines} reads.
 */
final class ExportLines implements AutoCloseable {
  /** The version of the lines. */
  static final int FORMAT = 1;

  /** Which letters are written as they are. */
  enum Letters {
    ALL,
    ASCII;

    /** Those that a pipe or a terminal takes as they are meant. */
    static Letters ofStandardOutput() {
      String charset =
          System.getProperty("stdout.encoding", System.getProperty("native.encoding", ""));
      return charset.equalsIgnoreCase("UTF-8") ? ALL : ASCII;
    }
  }

  private final Writer to;
  private final JsonGenerator json;
  private @Nullable Opened opened;

  /** A session of which the connection is still to come. */
  private static final class Opened {
    final JournalRecord.SessionOpened session;
    JournalRecord.@Nullable SessionConnected connected;
    JournalRecord.@Nullable SessionDisconnected disconnected;

    Opened(JournalRecord.SessionOpened session) {
      this.session = session;
    }
  }

  ExportLines(Writer to, Letters letters) {
    this.to = to;
    JsonFactory factory =
        JsonFactory.builder()
            .configure(JsonWriteFeature.ESCAPE_NON_ASCII, letters == Letters.ASCII)
            .rootValueSeparator("\n")
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .build();
    json = factory.createGenerator(ObjectWriteContext.empty(), to);
  }

  /** The first line: what the store says of itself. */
  void store(StoreMoment moment) {
    begin("store");
    json.writeNumberProperty("format", FORMAT);
    time("time", moment.timeMillis());
    json.writeNumberProperty("lastIncarnation", moment.lastIncarnation());
    json.writeNumberProperty("lastVersion", moment.lastVersion());
    endLine();
  }

  void record(JournalRecord record) {
    Opened of = opened;
    if (record instanceof JournalRecord.SessionOpened r) {
      endSession();
      opened = new Opened(r);
    } else if (record instanceof JournalRecord.SessionConnected r && of != null) {
      of.connected = r;
    } else if (record instanceof JournalRecord.SessionDisconnected r && of != null) {
      of.disconnected = r;
    } else {
      endSession();
      other(record);
    }
  }

  /** Writes what is still to be written. */
  void end() {
    endSession();
    json.writeRaw('\n');
    json.flush();
  }

  private void endSession() {
    Opened of = opened;
    opened = null;
    if (of == null) {
      return;
    }
    begin("session", of.session.session());
    json.writeStringProperty("user", of.session.user());
    JournalRecord.SessionConnected connected = of.connected;
    if (connected != null) {
      json.writeNumberProperty("connections", connected.ordinal());
      json.writeNumberProperty("expirySeconds", connected.expirySeconds());
    }
    JournalRecord.SessionDisconnected disconnected = of.disconnected;
    if (disconnected != null) {
      time("disconnected", disconnected.atMillis());
      json.writeNumberProperty("disconnectedExpirySeconds", disconnected.expirySeconds());
      if (disconnected.hasWill()) {
        time("willDue", disconnected.willAtMillis());
      }
    }
    endLine();
    JournalRecord.WillMessage will = connected == null ? null : connected.will();
    if (will != null) {
      begin("will", of.session.session());
      json.writeNumberProperty("delaySeconds", will.delaySeconds());
      json.writeNumberProperty("expirySeconds", will.expirySeconds());
      publication(will.message());
      endLine();
    }
  }

  private void other(JournalRecord record) {
    if (record instanceof JournalRecord.Queued r) {
      message(r);
    } else if (record instanceof JournalRecord.Subscribed r) {
      subscription(r);
    } else if (record instanceof JournalRecord.InFlight r) {
      inFlight(r.session(), r.sequence(), r.packetId(), false);
    } else if (record instanceof JournalRecord.PubrecReceived r) {
      inFlight(r.session(), r.sequence(), r.packetId(), true);
    } else if (record instanceof JournalRecord.Received r) {
      begin("received", r.session());
      json.writeNumberProperty("packetId", r.packetId());
      endLine();
    } else if (record instanceof JournalRecord.Retained r) {
      retained(r);
    } else {
      throw new IllegalStateException("a record that no store gives: " + record.getClass());
    }
  }

  private void message(JournalRecord.Queued record) {
    begin("message", record.session());
    json.writeNumberProperty("sequence", record.sequence());
    json.writeNumberProperty("qos", record.qos().ordinal());
    json.writeBooleanProperty("retain", record.retain());
    if (record.subscriptionIds().length > 0) {
      json.writeName("subscriptionIds");
      json.writeArray(record.subscriptionIds(), 0, record.subscriptionIds().length);
    }
    TopicFilter share = record.shareFilter();
    if (share != null) {
      json.writeStringProperty("share", share.toString());
    }
    publication(record.publication());
    endLine();
  }

  private void subscription(JournalRecord.Subscribed record) {
    begin("subscription", record.session());
    json.writeStringProperty("filter", record.filter().toString());
    json.writeNumberProperty("qos", record.qos().ordinal());
    if (record.subscriptionId() > 0) {
      json.writeNumberProperty("subscriptionId", record.subscriptionId());
    }
    json.writeBooleanProperty("noLocal", record.noLocal());
    json.writeBooleanProperty("retainAsPublished", record.retainAsPublished());
    json.writeBooleanProperty("replay", record.replay());
    endLine();
  }

  private void inFlight(SessionKey session, long sequence, int packetId, boolean released) {
    begin("in-flight", session);
    json.writeNumberProperty("sequence", sequence);
    json.writeNumberProperty("packetId", packetId);
    json.writeBooleanProperty("pubrecReceived", released);
    endLine();
  }

  private void retained(JournalRecord.Retained record) {
    Publication message = record.message();
    if (message == null) {
      return; // removed
    }
    begin("retained");
    json.writeNumberProperty("version", record.version());
    publication(message);
    endLine();
  }

  // ---------------------------------------------------------------- parts of lines

  private void publication(Publication publication) {
    json.writeStringProperty("publisher", publication.publisher());
    json.writeStringProperty("topic", publication.topic().toString());
    json.writeNumberProperty("publishedQos", publication.qos().ordinal());
    json.writeBooleanProperty("publishedRetain", publication.retain());
    if (publication.expiresAtMillis() != Publication.NEVER) {
      time("expires", publication.expiresAtMillis());
    }
    if (publication.forwarded().length > 0) {
      json.writeStringProperty("propertiesBase64", base64(publication.forwarded()));
    }
    Optional<String> text = text(publication.payload());
    if (text.isPresent()) {
      json.writeStringProperty("payload", text.get());
    } else {
      json.writeStringProperty("payloadBase64", base64(publication.payload()));
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** The text that the bytes are, if they are nothing else. */
  private static Optional<String> text(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.chars().anyMatch(Character::isISOControl) ? Optional.empty() : Optional.of(text);
    } catch (CharacterCodingException binary) {
      return Optional.empty();
    }
  }

  private void time(String name, long millis) {
    json.writeStringProperty(name, Instant.ofEpochMilli(millis).toString());
    json.writeNumberProperty(name + "Millis", millis);
  }

  private void begin(String kind, SessionKey session) {
    begin(kind);
    json.writeStringProperty("client", session.clientId());
    json.writeNumberProperty("incarnation", session.incarnation());
  }

  private void begin(String kind) {
    json.writeStartObject();
    json.writeStringProperty("kind", kind);
  }

  private void endLine() {
    json.writeEndObject();
  }

  @Override
  public void close() throws IOException {
    json.close();
    to.flush();
  }
}
