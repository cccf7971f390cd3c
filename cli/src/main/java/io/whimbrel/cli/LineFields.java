package io.whimbrel.cli;

import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/** The fields of a line: texts, whole numbers, flags and lists of numbers. */
final class LineFields {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          // A payload may be as long as a packet, and base64 makes it longer.
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  /** A value; one of the four is there. */
  private record Value(String text, long number, boolean flag, List<Long> numbers, Shape shape) {}

  private enum Shape {
    TEXT,
    NUMBER,
    FLAG,
    NUMBERS
  }

  private final Map<String, Value> values;
  private final Set<String> read = new HashSet<>();

  private LineFields(Map<String, Value> values) {
    this.values = values;
  }

  /**
   * Reads a line.
   *
   * @throws WrongLineException where it is no JSON object, or holds others
   */
  static LineFields read(String line) {
    Map<String, Value> values = new HashMap<>();
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), line)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new WrongLineException("it is no JSON object");
      }
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = json.currentName();
        json.nextToken();
        values.put(name, value(name, json));
      }
      if (json.nextToken() != null) {
        throw new WrongLineException("something stands behind the JSON object");
      }
    } catch (JacksonException e) {
      throw new WrongLineException("it is not JSON: " + e.getOriginalMessage());
    }
    return new LineFields(values);
  }

  private static Value value(String name, JsonParser json) {
    return switch (json.currentToken()) {
      case VALUE_STRING -> new Value(json.getString(), 0, false, List.of(), Shape.TEXT);
      case VALUE_NUMBER_INT -> new Value("", json.getLongValue(), false, List.of(), Shape.NUMBER);
      case VALUE_TRUE -> new Value("", 0, true, List.of(), Shape.FLAG);
      case VALUE_FALSE -> new Value("", 0, false, List.of(), Shape.FLAG);
      case START_ARRAY -> new Value("", 0, false, numbers(name, json), Shape.NUMBERS);
      default -> throw new WrongLineException("'" + name + "' is neither text nor number nor flag");
    };
  }

  private static List<Long> numbers(String name, JsonParser json) {
    List<Long> numbers = new ArrayList<>();
    while (json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
      numbers.add(json.getLongValue());
    }
    if (json.currentToken() != JsonToken.END_ARRAY) {
      throw new WrongLineException("'" + name + "' is no list of numbers");
    }
    return numbers;
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  String text(String name) {
    return value(name, Shape.TEXT, "text").text;
  }

  long number(String name, long min, long max) {
    long number = value(name, Shape.NUMBER, "a whole number").number;
    if (number < min || number > max) {
      throw new WrongLineException("'" + name + "' is not from " + min + " to " + max);
    }
    return number;
  }

  boolean flag(String name) {
    return value(name, Shape.FLAG, "true or false").flag;
  }

  /** Subscription Identifiers. */
  int[] numbers(String name) {
    List<Long> numbers = value(name, Shape.NUMBERS, "a list of numbers").numbers;
    for (long number : numbers) {
      if (number < 1 || number > 268_435_455) {
        throw new WrongLineException("'" + name + "' holds " + number);
      }
    }
    return numbers.stream().mapToInt(Long::intValue).toArray();
  }

  byte[] base64(String name) {
    try {
      return Base64.getDecoder().decode(text(name));
    } catch (IllegalArgumentException e) {
      throw new WrongLineException("'" + name + "' is no base64");
    }
  }

  /** A time, of which the milliseconds count; the text beside them is for people. */
  long time(String name) {
    if (has(name)) {
      text(name);
    }
    return number(name + "Millis", Long.MIN_VALUE, Long.MAX_VALUE);
  }

  private Value value(String name, Shape shape, String wanted) {
    Value value = values.get(name);
    if (value == null) {
      throw new WrongLineException("'" + name + "' is missing");
    }
    if (value.shape != shape) {
      throw new WrongLineException("'" + name + "' has to be " + wanted);
    }
    read.add(name);
    return value;
  }

  /** Refuses what nobody asked for: it would be lost. */
  void requireAllRead() {
    for (String name : values.keySet()) {
      if (!read.contains(name)) {
        throw new WrongLineException("'" + name + "' does not belong there");
      }
    }
  }
}
