package io.whimbrel.server.ask;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * JSON objects (RFC 8259) that others wrote: at most 16 levels deep and with at most 10,000 values;
 * a name that stands twice makes one wrong. Nobody can change them. Values are {@code String},
 * {@code Boolean}, {@code Long}, {@code Double} (also for whole numbers that no long is), {@code
 * List} and {@code Map}; a member that is null is left out.
 */
public final class Json {
  private static final int DEPTH_MAX = 16;
  private static final int VALUES_MAX = 10_000;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private int values;

  private Json() {}

  /** The object that some bytes are, empty where they are none. */
  public static Optional<Map<String, Object>> object(byte[] bytes) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text(bytes))) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      Map<String, Object> read = new Json().members(parser);
      return parser.nextToken() == null ? Optional.of(read) : Optional.empty();
    } catch (JacksonException | CharacterCodingException wrong) { // a message may hold some of it
      return Optional.empty();
    }
  }

  /** The parser's own way from bytes takes some that are no UTF-8 for names it has seen. */
  private static String text(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  private Map<String, Object> members(JsonParser parser) {
    Map<String, Object> members = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      Object value = value(parser);
      if (value != null) {
        members.put(name, value);
      }
    }
    return Collections.unmodifiableMap(members);
  }

  private List<Object> elements(JsonParser parser) {
    List<Object> elements = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      Object value = value(parser);
      if (value == null) {
        throw new TooMuch("null in a list");
      }
      elements.add(value);
    }
    return Collections.unmodifiableList(elements);
  }

  private @Nullable Object value(JsonParser parser) {
    values++;
    if (values > VALUES_MAX) {
      throw new TooMuch("values");
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> members(parser);
      case START_ARRAY -> elements(parser);
      case VALUE_STRING -> parser.getString();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT -> whole(parser);
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      default -> null;
    };
  }

  private static Object whole(JsonParser parser) {
    return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
        ? (Object) parser.getDoubleValue()
        : (Object) parser.getLongValue();
  }

  /** More than is read, or of a kind that is not. */
  private static final class TooMuch extends JacksonException {
    private static final long serialVersionUID = 1L;

    TooMuch(String what) {
      super(what);
    }
  }
}
