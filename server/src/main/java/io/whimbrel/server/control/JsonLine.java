package io.whimbrel.server.control;

import java.io.ByteArrayOutputStream;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** A JSON object of texts and numbers as one line, with its end; a text cannot begin another. */
final class JsonLine {
  private static final JsonFactory JSON = new JsonFactory();

  private JsonLine() {}

  static byte[] of(Map<String, ?> members) {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), line)) {
      json.writeStartObject();
      members.forEach(
          (name, value) -> {
            if (value instanceof Number number) {
              json.writeNumberProperty(name, number.longValue());
            } else {
              json.writeStringProperty(name, value.toString());
            }
          });
      json.writeEndObject();
    }
    line.write('\n');
    return line.toByteArray();
  }
}
