package io.whimbrel.cli.mqtt;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.UserProperty;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** A message as a JSON object. */
final class JsonMessage {
  /** What stands for the payload. */
  enum Payload {
    /** A string, whatever the payload is: bytes that are no UTF-8 become question marks. */
    TEXT,
    /** The payload is JSON itself. */
    JSON,
    /** A string, or in {@code payload-base64} the bytes that are none. */
    EXACT
  }

  private JsonMessage() {}

  /** The object; empty where the payload had to be JSON and is not. */
  static Optional<String> of(Shown message, Payload payload, boolean pretty) {
    JsonText json = new JsonText(pretty);
    json.beginObject();
    json.name("tst").string(Strftime.stamp(message.time()));
    json.name("topic").string(message.topic());
    json.name("qos").number(message.qos());
    json.name("retain").number(message.retain() ? 1 : 0);
    json.name("payloadlen").number(message.payload().length);
    if (message.qos() > 0) {
      json.name("mid").number(message.packetId());
    }
    if (!message.properties().isEmpty()) {
      properties(message.properties(), payload == Payload.EXACT, json.name("properties"));
    }
    try {
      payload(message.payload(), payload, json);
    } catch (JacksonException notJson) {
      return Optional.empty();
    }
    return Optional.of(json.endObject().toString());
  }

  /** An object has a name once: where it has to be exact, what may come twice is an array. */
  private static void properties(Properties all, boolean exact, JsonText json) {
    json.beginObject();
    for (PropertyId id : all.present()) {
      switch (id) {
        case CONTENT_TYPE, RESPONSE_TOPIC -> json.name(word(id)).string(words(all.text(id)));
        case CORRELATION_DATA -> {
          byte[] data = all.binary(id);
          if (exact && data != null && !isText(data)) {
            json.name(word(id) + "-base64").string(Base64.getEncoder().encodeToString(data));
          } else {
            json.name(word(id)).string(words(data));
          }
        }
        case SUBSCRIPTION_IDENTIFIER -> identifiers(all.subscriptionIdentifiers(), exact, json);
        case USER_PROPERTY -> users(all.userProperties(), exact, json.name("user-properties"));
        default -> json.name(word(id)).number(all.number(id, 0));
      }
    }
    json.endObject();
  }

  private static void identifiers(int[] all, boolean exact, JsonText json) {
    if (exact) {
      json.name("subscription-identifiers").beginArray();
      for (int each : all) {
        json.number(each);
      }
      json.endArray();
      return;
    }
    for (int each : all) {
      json.name(word(PropertyId.SUBSCRIPTION_IDENTIFIER)).number(each);
    }
  }

  private static void users(List<UserProperty> all, boolean exact, JsonText json) {
    if (exact) {
      json.beginArray();
      for (UserProperty each : all) {
        json.beginObject().name("name").string(each.name()).name("value").string(each.value());
        json.endObject();
      }
      json.endArray();
      return;
    }
    json.beginObject();
    for (UserProperty each : all) {
      json.name(each.name()).string(each.value());
    }
    json.endObject();
  }

  private static String words(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static String words(byte @Nullable [] data) {
    return data == null ? "" : text(data);
  }

  private static String word(PropertyId id) {
    return id.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static void payload(byte[] payload, Payload wanted, JsonText json) {
    if (payload.length == 0) {
      json.name("payload").literal("null");
    } else if (wanted == Payload.JSON) {
      copy(payload, json.name("payload"));
    } else if (wanted == Payload.TEXT || isText(payload)) {
      json.name("payload").string(text(payload));
    } else {
      json.name("payload-base64").string(Base64.getEncoder().encodeToString(payload));
    }
  }

  private static boolean isText(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException binary) {
      return false;
    }
  }

  /** Writes one JSON value again, its numbers as they were. */
  private static void copy(byte[] payload, JsonText json) {
    try (JsonParser from = new JsonFactory().createParser(ObjectReadContext.empty(), payload)) {
      int depth = 0;
      JsonToken token = from.nextToken();
      if (token == null) {
        throw new NoValueException();
      }
      do {
        switch (token) {
          case START_OBJECT -> json.beginObject();
          case END_OBJECT -> json.endObject();
          case START_ARRAY -> json.beginArray();
          case END_ARRAY -> json.endArray();
          case PROPERTY_NAME -> json.name(from.currentName());
          case VALUE_STRING -> json.string(from.getString());
          default -> json.literal(from.getString());
        }
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        token = from.nextToken();
        if (depth == 0 && token != null) {
          throw new NoValueException();
        }
      } while (token != null);
    }
  }

  /** There is no value, or more than one. */
  private static final class NoValueException extends JacksonException {
    NoValueException() {
      super("not one JSON value");
    }
  }
}
