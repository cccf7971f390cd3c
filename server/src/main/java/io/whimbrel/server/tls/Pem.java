package io.whimbrel.server.tls;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One block of a PEM file (RFC 7468), or of its older kin with headers (RFC 1421).
 *
 * @param label what stands behind BEGIN
 * @param encrypted whether headers say that the content is encrypted in the old way
 */
record Pem(String label, boolean encrypted, byte[] content) {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);
  private static final Pattern HEADERS = Pattern.compile("(?m)^[A-Za-z-]+:.*$");

  /** A text of one block. */
  static String text(String label, byte[] content) {
    byte[] newLine = {'\n'};
    String base64 = Base64.getMimeEncoder(64, newLine).encodeToString(content);
    return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
  }

  /**
   * The blocks of a text in their order; what stands between them is ignored.
   *
   * @throws TlsFileException a block is not base64
   */
  static List<Pem> blocks(String text) throws TlsFileException {
    List<Pem> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      String body = matcher.group(2);
      boolean encrypted = body.contains("Proc-Type: 4,ENCRYPTED");
      String base64 = HEADERS.matcher(body).replaceAll("").replaceAll("\\s", "");
      try {
        blocks.add(new Pem(matcher.group(1), encrypted, Base64.getDecoder().decode(base64)));
      } catch (IllegalArgumentException damaged) {
        throw new TlsFileException("its block " + matcher.group(1) + " is damaged", damaged);
      }
    }
    return blocks;
  }
}
