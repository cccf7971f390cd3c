package io.whimbrel.server.control;

import io.whimbrel.server.ask.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is asked of a broker: a command, and what it needs, all of it texts. On the wire a JSON
 * object on one line of at most {@link #LINE_BYTES_MAX} bytes. Nobody can change it.
 */
public final class Request {
  /** The longest line that is read, without its end. */
  public static final int LINE_BYTES_MAX = 4096;

  private static final String COMMAND = "command";

  private final Map<String, String> texts;

  private Request(Map<String, String> texts) {
    this.texts = Collections.unmodifiableMap(texts);
  }

  /** One that needs nothing more. */
  public static Request of(String command) {
    return new Request(Map.of(COMMAND, command));
  }

  /** The same with one more text. */
  public Request with(String name, String text) {
    Map<String, String> more = new LinkedHashMap<>(texts);
    more.put(name, text);
    return new Request(more);
  }

  /** The request that a line is. */
  static Request read(byte[] line) throws RequestException {
    Map<String, Object> members =
        Json.object(line).orElseThrow(() -> new RequestException("this is no JSON object"));
    Map<String, String> texts = new LinkedHashMap<>();
    for (Map.Entry<String, Object> member : members.entrySet()) {
      if (!(member.getValue() instanceof String text)) {
        throw new RequestException("'" + member.getKey() + "' is no text");
      }
      texts.put(member.getKey(), text);
    }
    return new Request(texts);
  }

  String command() throws RequestException {
    return text(COMMAND);
  }

  /** A text that has to be there. */
  String text(String name) throws RequestException {
    return optional(name).orElseThrow(() -> new RequestException("'" + name + "' is not there"));
  }

  /** A text that may be there, and is not empty then. */
  Optional<String> optional(String name) throws RequestException {
    String text = texts.get(name);
    if (text != null && text.isEmpty()) {
      throw new RequestException("'" + name + "' is empty");
    }
    return Optional.ofNullable(text);
  }

  /** Refuses what a command does not know: it may narrow down what was meant. */
  void checkNames(List<String> known) throws RequestException {
    for (String name : texts.keySet()) {
      if (!name.equals(COMMAND) && !known.contains(name)) {
        throw new RequestException("nothing is known of '" + name + "'");
      }
    }
  }

  byte[] line() {
    return JsonLine.of(texts);
  }
}
