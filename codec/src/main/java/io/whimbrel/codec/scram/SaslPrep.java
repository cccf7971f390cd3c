package io.whimbrel.codec.scram;

import java.text.Normalizer;

/**
 * SASLprep (RFC 4013): two spellings of one name or password become one. Differs in this: its
 * Unicode is that of the JDK instead of version 3.2, so that letters and signs of later years are
 * allowed; what the JDK does not know is refused, in what is stored and in what is asked.
 */
public final class SaslPrep {
  private SaslPrep() {}

  /**
   * The text as it is compared and hashed.
   *
   * @throws ScramException it has characters that it may not have, or none that count
   */
  public static String prepare(String text) throws ScramException {
    String prepared =
        isPlain(text) ? text : Normalizer.normalize(mapped(text), Normalizer.Form.NFKC);
    if (prepared.isEmpty()) {
      throw new ScramException(ScramException.Kind.MALFORMED, "a name or password is empty");
    }
    check(prepared);
    return prepared;
  }

  private static boolean isPlain(String text) {
    return text.chars().allMatch(c -> c < 0x7F);
  }

  /** RFC 4013, section 2.1. */
  private static String mapped(String text) {
    StringBuilder mapped = new StringBuilder(text.length());
    text.codePoints()
        .filter(c -> !isMappedToNothing(c))
        .map(c -> isOtherSpace(c) ? ' ' : c)
        .forEach(mapped::appendCodePoint);
    return mapped.toString();
  }

  /** RFC 3454, table C.1.2. */
  private static boolean isOtherSpace(int c) {
    return c != ' ' && (Character.getType(c) == Character.SPACE_SEPARATOR || c == 0x200B);
  }

  /** RFC 3454, table B.1. */
  private static boolean isMappedToNothing(int c) {
    return c == 0x00AD
        || c == 0x034F
        || c == 0x1806
        || (c >= 0x180B && c <= 0x180D)
        || c == 0x200C
        || c == 0x200D
        || c == 0x2060
        || (c >= 0xFE00 && c <= 0xFE0F)
        || c == 0xFEFF;
  }

  private static void check(String text) throws ScramException {
    if (text.codePoints().anyMatch(SaslPrep::isProhibited)) {
      throw prohibited();
    }
    if (text.codePoints().anyMatch(SaslPrep::isRightToLeft)) { // RFC 3454, section 6
      boolean mixed =
          text.codePoints().anyMatch(c -> direction(c) == Character.DIRECTIONALITY_LEFT_TO_RIGHT);
      int last = text.codePointBefore(text.length());
      if (mixed || !isRightToLeft(text.codePointAt(0)) || !isRightToLeft(last)) {
        throw prohibited();
      }
    }
  }

  private static ScramException prohibited() {
    return new ScramException(
        ScramException.Kind.MALFORMED, "a name or password has characters that SASLprep refuses");
  }

  /** RFC 4013, section 2.3, and what has no character. */
  private static boolean isProhibited(int c) {
    int type = Character.getType(c);
    return type == Character.CONTROL
        || type == Character.FORMAT
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR
        || type == Character.PRIVATE_USE
        || type == Character.SURROGATE
        || type == Character.UNASSIGNED
        || c == 0x0340
        || c == 0x0341
        || c == 0xFFFC
        || c == 0xFFFD
        || (c >= 0x2FF0 && c <= 0x2FFB);
  }

  private static boolean isRightToLeft(int c) {
    byte direction = direction(c);
    return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
        || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC;
  }

  private static byte direction(int c) {
    return Character.getDirectionality(c);
  }
}
