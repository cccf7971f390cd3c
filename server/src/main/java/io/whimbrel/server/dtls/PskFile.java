package io.whimbrel.server.dtls;

import io.whimbrel.codec.Utf8;
import io.whimbrel.server.files.AuthFileException;
import io.whimbrel.server.files.TextLines;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Pre-shared keys in the form of Mosquitto's {@code psk_file}: a line {@code IDENTITY:KEY} each,
 * the key in hexadecimal. Lines that are empty or begin with {@code #} say nothing.
 */
final class PskFile {
  private static final int KEY_OCTETS_MAX = 64; // what RFC 4279, 5.4, wants everybody to take

  private PskFile() {}

  /** The keys by their identities; none where the last was taken away. */
  static Map<String, byte[]> read(Path file) throws AuthFileException {
    Map<String, byte[]> keys = new HashMap<>();
    List<String> lines = TextLines.of(file);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String place = file + ":" + (i + 1) + ": ";
      int colon = line.lastIndexOf(':');
      String identity = colon < 0 ? "" : line.substring(0, colon);
      byte[] utf8 = identity.getBytes(StandardCharsets.UTF_8);
      if (identity.isEmpty() || !Utf8.isValid(utf8, 0, utf8.length)) {
        throw new AuthFileException(place + "allowed: IDENTITY:KEY, the key in hexadecimal");
      }
      if (keys.put(identity, key(place, line.substring(colon + 1))) != null) {
        throw new AuthFileException(place + "the identity " + identity + " is said twice");
      }
    }
    return Map.copyOf(keys);
  }

  private static byte[] key(String place, String text) throws AuthFileException {
    String allowed = place + "allowed: a key of 1 to " + KEY_OCTETS_MAX + " octets in hexadecimal";
    try {
      byte[] key = HexFormat.of().parseHex(text);
      if (key.length >= 1 && key.length <= KEY_OCTETS_MAX) {
        return key;
      }
    } catch (IllegalArgumentException noHexadecimal) {
      throw new AuthFileException(allowed); // without a cause, which would quote it
    }
    throw new AuthFileException(allowed);
  }
}
