package io.whimbrel.cli.mqtt;

/**
 * Writes JSON, on one line or, when it is to be pretty, as cJSON lays it out, which is what
 * Mosquitto's tools print with. Owned by one thread.
 */
final class JsonText {
  private final StringBuilder text = new StringBuilder(256);
  private final boolean pretty;
  private int depth;
  private boolean first = true;
  private boolean named;

  JsonText(boolean pretty) {
    this.pretty = pretty;
  }

  JsonText beginObject() {
    begin('{');
    text.append(pretty ? "\n" : "");
    return this;
  }

  JsonText endObject() {
    depth--;
    if (pretty) {
      text.append(first ? "" : "\n").append("\t".repeat(depth));
    }
    return end('}');
  }

  JsonText beginArray() {
    begin('[');
    return this;
  }

  JsonText endArray() {
    depth--;
    return end(']');
  }

  private void begin(char bracket) {
    beforeValue();
    text.append(bracket);
    depth++;
    first = true;
  }

  private JsonText end(char bracket) {
    text.append(bracket);
    first = false;
    return this;
  }

  /** The name of the next value of an object. */
  JsonText name(String name) {
    if (!first) {
      text.append(pretty ? ",\n" : ",");
    }
    if (pretty) {
      text.append("\t".repeat(depth));
    }
    quote(name);
    text.append(pretty ? ":\t" : ":");
    named = true;
    return this;
  }

  JsonText string(String value) {
    beforeValue();
    quote(value);
    return this;
  }

  /** A number, true, false or null, as it is written. */
  JsonText literal(String value) {
    beforeValue();
    text.append(value);
    return this;
  }

  JsonText number(long value) {
    return literal(Long.toString(value));
  }

  private void beforeValue() {
    if (!named && !first) {
      text.append(pretty ? ", " : ","); // in an array
    }
    named = false;
    first = false;
  }

  private void quote(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\b' -> text.append("\\b");
        case '\f' -> text.append("\\f");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          if (c < ' ') {
            text.append(c < 16 ? "\\u000" : "\\u00").append(Integer.toHexString(c));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
