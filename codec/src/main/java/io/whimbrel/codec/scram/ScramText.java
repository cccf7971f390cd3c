package io.whimbrel.codec.scram;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A message of SCRAM that is read attribute by attribute, strictly (RFC 5802, section 7). For one
 * thread.
 */
final class ScramText {
  private final String text;
  private int at;

  private ScramText(String text) {
    this.text = text;
  }

  static ScramText of(byte[] message, int bytesMax) throws ScramException {
    if (message.length > bytesMax) {
      throw malformed("a message is longer than " + bytesMax + " bytes");
    }
    try {
      return new ScramText(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(message)).toString());
    } catch (CharacterCodingException damaged) {
      throw malformed("a message is not UTF-8");
    }
  }

  static ScramException malformed(String what) {
    return new ScramException(ScramException.Kind.MALFORMED, what);
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** What has not been read yet. */
  String rest() {
    return text.substring(Math.min(at, text.length()));
  }

  /** What has been read, without the comma behind it. */
  String read() {
    return text.substring(0, at - 1);
  }

  boolean isAtEnd() {
    return at > text.length();
  }

  /** The next part up to a comma or the end, which may be empty. */
  String part() throws ScramException {
    if (isAtEnd()) {
      throw malformed("a message ends too early");
    }
    int comma = text.indexOf(',', at);
    int end = comma < 0 ? text.length() : comma;
    String part = text.substring(at, end);
    at = end + 1;
    return part;
  }

  /** The value of the attribute that has to be next. */
  String value(char name) throws ScramException {
    return value(part(), name);
  }

  static String value(String part, char name) throws ScramException {
    if (part.startsWith("m=")) {
      throw new ScramException(
          ScramException.Kind.UNSUPPORTED, "a mandatory extension that nobody knows");
    }
    if (part.length() < 3 || part.charAt(0) != name || part.charAt(1) != '=') {
      throw malformed("the attribute " + name + " is not where it has to be");
    }
    return part.substring(2);
  }

  /** Optional extensions, which mean nothing to us. */
  void extensions() throws ScramException {
    while (!isAtEnd()) {
      extension(part());
    }
  }

  static void extension(String part) throws ScramException {
    boolean letter = !part.isEmpty() && isLetter(part.charAt(0));
    if (!letter || part.length() < 3 || part.charAt(1) != '=' || part.indexOf('\0') >= 0) {
      throw malformed("an extension is not LETTER=VALUE");
    }
    if (part.charAt(0) == 'm') {
      throw new ScramException(
          ScramException.Kind.UNSUPPORTED, "a mandatory extension that nobody knows");
    }
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  /** Printable ASCII without a comma. */
  static String nonce(String value) throws ScramException {
    if (!value.chars().allMatch(c -> c >= 0x21 && c <= 0x7E && c != ',')) {
      throw malformed("a nonce has characters that it may not have");
    }
    return value;
  }

  /** What is written as it would be written here, and in no other way. */
  static byte[] bytes(String value) throws ScramException {
    try {
      byte[] bytes = Base64.getDecoder().decode(value);
      if (bytes.length > 0 && base64(bytes).equals(value)) {
        return bytes;
      }
    } catch (IllegalArgumentException damaged) {
      // told below
    }
    throw malformed("a value is not base64");
  }

  /** A name with its commas and equals signs. */
  static String name(String value) throws ScramException {
    StringBuilder name = new StringBuilder(value.length());
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\0') {
        throw malformed("a name has a zero");
      }
      if (c != '=') {
        name.append(c);
      } else if (value.startsWith("=2C", i)) {
        name.append(',');
        i += 2;
      } else if (value.startsWith("=3D", i)) {
        name.append('=');
        i += 2;
      } else {
        throw malformed("an equals sign in a name is neither =2C nor =3D");
      }
    }
    return name.toString();
  }

  static String escaped(String name) {
    return name.replace("=", "=3D").replace(",", "=2C");
  }
}
