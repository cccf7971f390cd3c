package io.whimbrel.codec.scram;

import java.nio.charset.StandardCharsets;

/**
 * What a client begins with.
 *
 * @param header the GS2 header with its commas, which client-final repeats
 * @param authorizationId whom the client wants to be, empty: the user
 * @param user the user's name, as {@link SaslPrep} leaves it
 * @param bare client-first-message-bare, as it goes into proof and signature
 */
public record ClientFirst(
    String header, String authorizationId, String user, String nonce, String bare) {
  /** The longest that is read. */
  public static final int BYTES_MAX = 1_024;

  /** One without a channel binding. */
  public static ClientFirst of(String user, String nonce) throws ScramException {
    String name = SaslPrep.prepare(user);
    String bare = "n=" + ScramText.escaped(name) + ",r=" + nonce;
    return new ClientFirst("n,,", "", name, nonce, bare);
  }

  /** Reads one. */
  public static ClientFirst read(byte[] message) throws ScramException {
    ScramText text = ScramText.of(message, BYTES_MAX);
    String flag = text.part();
    if (flag.startsWith("p=")) {
      throw new ScramException(
          ScramException.Kind.UNSUPPORTED, "a channel binding is asked for, and there is none");
    }
    if (!flag.equals("n") && !flag.equals("y")) {
      throw ScramText.malformed("the flag of the channel binding is none");
    }
    String id = text.part();
    String authorizationId =
        id.isEmpty() ? "" : SaslPrep.prepare(ScramText.name(ScramText.value(id, 'a')));
    String header = text.read() + ",";
    String bare = text.rest();
    String user = SaslPrep.prepare(ScramText.name(text.value('n')));
    String nonce = ScramText.nonce(text.value('r'));
    text.extensions();
    return new ClientFirst(header, authorizationId, user, nonce, bare);
  }

  /** The message. */
  public byte[] bytes() {
    return (header + bare).getBytes(StandardCharsets.UTF_8);
  }
}
