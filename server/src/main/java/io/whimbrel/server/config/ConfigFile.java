package io.whimbrel.server.config;

import static io.whimbrel.server.config.ConfigMistake.quoted;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * A YAML file as a list of keys, each with its line. The file is read token by token and not bound
 * to classes, because a binder stops at its first complaint and forgets where the others stood.
 * Values stay texts: what a text means is known to its key, not to YAML (a quoted number is a
 * number, {@code 16MiB} needs no quotes).
 */
final class ConfigFile {
  private static final long FILE_BYTES_MAX = 1 << 20;
  private static final YAMLFactory YAML =
      YAMLFactory.builder().disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION).build();

  /** A complaint of the YAML library and the place it points at, below and above one another. */
  private static final Pattern COMPLAINT =
      Pattern.compile("^(\\S.*)\n+ in [^\n]*, line (\\d+), column \\d+", Pattern.MULTILINE);

  /** What an entry is: a value, something no key has for a value, or wrong whatever its key is. */
  enum Shape {
    SCALAR,
    OTHER,
    MISTAKE
  }

  /**
   * One key of the file, or one mistake.
   *
   * @param path all names from the top, joined by dots; empty for a mistake of the whole file
   * @param text the value, what to call it where it is no scalar, or the mistake
   */
  record Entry(String path, Shape shape, String text, Origin origin) {}

  private final String name;
  private final List<Entry> entries = new ArrayList<>();
  private final Map<String, Origin> sections = new HashMap<>();

  /** Whether the value before is complete only if a key, or the end, follows. */
  private boolean awaitsKey;

  private ConfigFile(String name) {
    this.name = name;
  }

  /** What stands in the file, in the order of its lines; among it what is no key of ours. */
  static List<Entry> read(Path file) {
    ConfigFile read = new ConfigFile(file.toString());
    try {
      if (Files.isDirectory(file)) {
        read.mistake(0, "", "is a directory, not a file");
      } else if (!Files.exists(file)) {
        read.mistake(0, "", "there is no such file");
      } else if (Files.isRegularFile(file) && Files.size(file) > FILE_BYTES_MAX) {
        read.mistake(0, "", "is larger than 1MiB, which no configuration is");
      } else {
        read.parse(text(Files.readAllBytes(file)));
      }
    } catch (CharacterCodingException e) {
      read.mistake(0, "", "is not written in UTF-8");
    } catch (IOException e) {
      read.mistake(0, "", "cannot be read: " + e.getClass().getSimpleName());
    }
    return read.entries;
  }

  private static String text(byte[] bytes) throws CharacterCodingException {
    String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    return text.startsWith("\ufeff") ? text.substring(1) : text;
  }

  private void parse(String text) {
    try (YAMLParser parser = (YAMLParser) YAML.createParser(ObjectReadContext.empty(), text)) {
      JsonToken first = parser.nextToken();
      if (first == JsonToken.START_OBJECT) {
        readSection(parser, "");
      } else if (first != null && first != JsonToken.VALUE_NULL) {
        mistake(line(parser), "", "found " + found(parser) + ", allowed: keys and values");
        return;
      }
      if (first != null && parser.nextToken() != null) {
        mistake(line(parser), "", "found a second document, allowed: one");
      }
    } catch (JacksonException e) {
      boolean misread = awaitsKey && entries.get(entries.size() - 1).shape == Shape.SCALAR;
      if (misread) {
        entries.remove(entries.size() - 1); // What stands beside the mistake was half read.
      }
      syntaxMistake(e);
    }
  }

  /** Reads up to the end of the mapping that has begun. */
  private void readSection(YAMLParser parser, String prefix) {
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      awaitsKey = false;
      String path = prefix + parser.currentName();
      Origin origin = Origin.file(name, line(parser));
      JsonToken value = parser.nextToken();
      boolean isSection = ConfigKeys.isSection(path);
      if (parser.isCurrentAlias()) {
        mistake(line(parser), path, "found an alias, allowed: the value written out");
      } else if (isSection) {
        readSectionValue(parser, path, origin);
      } else if (value.isScalarValue() && value != JsonToken.VALUE_NULL) {
        entries.add(new Entry(path, Shape.SCALAR, parser.getString(), origin));
      } else {
        entries.add(new Entry(path, Shape.OTHER, found(parser), origin));
        parser.skipChildren();
      }
      awaitsKey = !entries.isEmpty();
    }
  }

  private void readSectionValue(YAMLParser parser, String path, Origin origin) {
    Origin earlier = sections.putIfAbsent(path, origin);
    if (earlier != null) {
      String problem = "said twice, first at " + earlier.place() + "; make them one";
      entries.add(new Entry(path, Shape.MISTAKE, problem, origin));
    }
    JsonToken value = parser.currentToken();
    if (value == JsonToken.START_OBJECT) {
      readSection(parser, path + ".");
    } else if (value != JsonToken.VALUE_NULL) {
      boolean named = // and one of its keys may be a secret, whose section was forgotten
          ConfigKeys.named().stream().anyMatch(each -> path.startsWith(each.section() + "."));
      String found = named ? "a value that is not shown" : found(parser);
      mistake(line(parser), path, "found " + found + ", allowed: a section with keys");
      parser.skipChildren();
    }
  }

  private static String found(YAMLParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> "a section";
      case START_ARRAY -> "a list";
      case VALUE_NULL -> "nothing";
      default -> quoted(parser.getString());
    };
  }

  private void syntaxMistake(JacksonException e) {
    String complaint = e.getOriginalMessage().lines().findFirst().orElse("unreadable");
    int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
    Matcher matcher = COMPLAINT.matcher(e.getOriginalMessage());
    while (matcher.find()) {
      complaint = matcher.group(1);
      line = Integer.parseInt(matcher.group(2));
    }
    mistake(line, "", "not YAML: " + complaint);
  }

  private void mistake(int line, String key, String problem) {
    entries.add(new Entry(key, Shape.MISTAKE, problem, Origin.file(name, line)));
  }

  private static int line(YAMLParser parser) {
    return parser.currentTokenLocation().getLineNr();
  }
}
