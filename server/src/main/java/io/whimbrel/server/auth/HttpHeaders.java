package io.whimbrel.server.auth;

import io.whimbrel.server.files.AuthFileException;
import io.whimbrel.server.files.TextLines;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Headers that prove to another server who asks: a file of lines {@code NAME: VALUE}, where empty
 * ones and those that begin with # mean nothing. No message shows a value.
 *
 * @param all by name
 */
record HttpHeaders(Map<String, String> all) {
  /** No headers at all. */
  static final HttpHeaders NONE = new HttpHeaders(Map.of());

  private static final int COUNT_MAX = 32;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}");
  private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e]{0,8000}");

  /** Those that the way of asking sets itself. */
  private static final Set<String> OURS =
      Set.of(
          "accept",
          "connection",
          "content-length",
          "content-type",
          "expect",
          "host",
          "transfer-encoding",
          "upgrade");

  HttpHeaders {
    all = Map.copyOf(all);
  }

  static HttpHeaders read(Path file) throws AuthFileException {
    Map<String, String> all = new LinkedHashMap<>();
    Set<String> names = new HashSet<>();
    List<String> lines = TextLines.of(file);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String place = file + ":" + (i + 1) + ": ";
      int colon = line.indexOf(':');
      String name = colon < 0 ? "" : line.substring(0, colon);
      String value = line.substring(colon + 1).strip();
      if (!NAME.matcher(name).matches() || !VALUE.matcher(value).matches()) {
        throw new AuthFileException(place + "it is no header, allowed: NAME: VALUE");
      }
      if (OURS.contains(name.toLowerCase(Locale.ROOT))) {
        throw new AuthFileException(place + "found " + name + ", which the broker sets itself");
      }
      if (!names.add(name.toLowerCase(Locale.ROOT))) {
        throw new AuthFileException(place + "found " + name + " twice, allowed: once");
      }
      all.put(name, value);
    }
    if (all.size() > COUNT_MAX) {
      throw new AuthFileException(
          file + ": found " + all.size() + " headers, allowed: at most " + COUNT_MAX);
    }
    return new HttpHeaders(all);
  }

  /** Without the values. */
  @Override
  public String toString() {
    return "HttpHeaders" + all.keySet();
  }
}
