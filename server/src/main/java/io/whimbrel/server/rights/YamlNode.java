package io.whimbrel.server.rights;

import io.whimbrel.server.files.AuthFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * A part of a YAML file that knows its line. Every scalar is a text. Immutable.
 *
 * @param file its name, for people
 * @param scalar the text, empty for other shapes
 */
record YamlNode(
    String file,
    int line,
    Shape shape,
    String scalar,
    List<YamlNode> list,
    Map<String, YamlNode> map) {
  private static final int DEPTH_MAX = 4;
  private static final YAMLFactory YAML =
      YAMLFactory.builder().disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION).build();

  /** What it is. */
  enum Shape {
    NOTHING,
    SCALAR,
    LIST,
    MAP
  }

  /** Reads the one document of a text. */
  static YamlNode read(String file, String text) throws AuthFileException {
    try (YAMLParser parser = (YAMLParser) YAML.createParser(ObjectReadContext.empty(), text)) {
      JsonToken first = parser.nextToken();
      YamlNode root = read(file, parser, first, 0);
      if (first != null && parser.nextToken() != null) {
        throw mistake(file, line(parser), "a second document", "one");
      }
      return root;
    } catch (JacksonException broken) {
      int line = broken.getLocation() == null ? 0 : broken.getLocation().getLineNr();
      String why = broken.getOriginalMessage().lines().findFirst().orElse("unreadable");
      throw new AuthFileException(file + ":" + line + ": not YAML: " + why, broken);
    }
  }

  private static YamlNode read(String file, YAMLParser parser, @Nullable JsonToken token, int depth)
      throws AuthFileException {
    int line = token == null ? 0 : line(parser);
    List<YamlNode> list = new ArrayList<>();
    Map<String, YamlNode> map = new LinkedHashMap<>();
    if (depth > DEPTH_MAX) {
      throw mistake(file, line, "more levels", "lists and keys as the documentation has them");
    }
    if (token == null || token == JsonToken.VALUE_NULL) {
      return new YamlNode(file, line, Shape.NOTHING, "", list, map);
    }
    if (parser.isCurrentAlias()) {
      throw mistake(file, line, "an alias", "the value written out");
    }
    switch (token) {
      case START_ARRAY -> {
        for (JsonToken next = parser.nextToken();
            next != JsonToken.END_ARRAY;
            next = parser.nextToken()) {
          list.add(read(file, parser, next, depth + 1));
        }
        return new YamlNode(file, line, Shape.LIST, "", List.copyOf(list), map);
      }
      case START_OBJECT -> {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
          String name = parser.currentName();
          int at = line(parser);
          if (map.put(name, read(file, parser, parser.nextToken(), depth + 1)) != null) {
            throw mistake(file, at, "'" + name + "' twice", "once");
          }
        }
        return new YamlNode(file, line, Shape.MAP, "", list, map);
      }
      default -> {
        return new YamlNode(file, line, Shape.SCALAR, parser.getString(), list, map);
      }
    }
  }

  /** The keys and values of a map; all of the keys have to be among these, if any are given. */
  Map<String, YamlNode> entries(String... allowed) throws AuthFileException {
    if (shape != Shape.MAP) {
      throw mistake(allowed.length == 0 ? "names" : String.join(", ", allowed));
    }
    for (Map.Entry<String, YamlNode> entry : map.entrySet()) {
      if (allowed.length > 0 && !List.of(allowed).contains(entry.getKey())) {
        String keys = String.join(", ", allowed);
        throw mistake(file, entry.getValue().line, "'" + entry.getKey() + "'", keys);
      }
    }
    return map;
  }

  /** The parts of a list. */
  List<YamlNode> items() throws AuthFileException {
    if (shape != Shape.LIST) {
      throw mistake("a list");
    }
    return list;
  }

  /** The scalars of a list, or the only one. */
  List<YamlNode> scalars() throws AuthFileException {
    if (shape == Shape.SCALAR) {
      return List.of(this);
    }
    for (YamlNode each : items()) {
      each.text();
    }
    return list;
  }

  /** Their texts. */
  List<String> texts() throws AuthFileException {
    return scalars().stream().map(YamlNode::scalar).toList();
  }

  /** The text of a scalar. */
  String text() throws AuthFileException {
    if (shape != Shape.SCALAR) {
      throw mistake("a text");
    }
    return scalar;
  }

  /** That this is not what may stand here. */
  AuthFileException mistake(String allowed) {
    String found =
        switch (shape) {
          case NOTHING -> "nothing";
          case SCALAR -> "'" + scalar + "'";
          case LIST -> "a list";
          case MAP -> "keys " + map.keySet();
        };
    return mistake(file, line, found, allowed);
  }

  private static AuthFileException mistake(String file, int line, String found, String allowed) {
    return new AuthFileException(file + ":" + line + ": found " + found + ", allowed: " + allowed);
  }

  private static int line(YAMLParser parser) {
    return parser.currentTokenLocation().getLineNr();
  }
}
