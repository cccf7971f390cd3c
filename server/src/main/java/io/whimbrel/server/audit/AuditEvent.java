package io.whimbrel.server.audit;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;

/**
 * One line of the audit log while it is worded: when, what, and fields in their order. What is
 * empty is left out; what is long, which may be a client's choice, is cut. Owned by whoever words
 * it, until it is handed on.
 */
final class AuditEvent {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final int TEXT_MAX = 200;
  private static final int TEXTS_MAX = 100;

  private final long atMillis;
  private final String event;
  private final List<Field> fields = new ArrayList<>(8);

  /** One name with what it stands for. */
  private interface Field {
    void write(JsonGenerator json);
  }

  private AuditEvent(long atMillis, String event) {
    this.atMillis = atMillis;
    this.event = event;
  }

  /**
   * An event of this name.
   *
   * @param atMillis the time of day
   */
  static AuditEvent of(long atMillis, String event) {
    return new AuditEvent(atMillis, event);
  }

  AuditEvent with(String name, String text) {
    if (!text.isEmpty()) {
      String kept = cut(text);
      fields.add(json -> json.writeStringProperty(name, kept));
    }
    return this;
  }

  AuditEvent with(String name, long number) {
    fields.add(json -> json.writeNumberProperty(name, number));
    return this;
  }

  AuditEvent with(String name, List<String> texts) {
    if (!texts.isEmpty()) {
      List<String> kept = texts.stream().limit(TEXTS_MAX).map(AuditEvent::cut).toList();
      fields.add(
          json -> {
            json.writeArrayPropertyStart(name);
            kept.forEach(json::writeString);
            json.writeEndArray();
          });
    }
    return this;
  }

  private static String cut(String text) {
    return text.codePointCount(0, text.length()) <= TEXT_MAX
        ? text
        : text.substring(0, text.offsetByCodePoints(0, TEXT_MAX)) + "…";
  }

  void write(JsonGenerator json) {
    json.writeStartObject();
    json.writeStringProperty("time", TIME.format(Instant.ofEpochMilli(atMillis)));
    json.writeStringProperty("event", event);
    fields.forEach(field -> field.write(json));
    json.writeEndObject();
  }
}
