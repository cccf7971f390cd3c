package io.whimbrel.codec.scram;

/** What the server proves by. */
public record ServerFinal(byte[] signature) {
  /** The longest that is read. */
  public static final int BYTES_MAX = 1_024;

  /** Reads one; an error that the server tells is a wrong proof. */
  public static ServerFinal read(byte[] message) throws ScramException {
    ScramText text = ScramText.of(message, BYTES_MAX);
    String part = text.part();
    if (part.startsWith("e=")) {
      throw new ScramException(ScramException.Kind.WRONG_PROOF, "the server tells an error");
    }
    byte[] signature = ScramText.bytes(ScramText.value(part, 'v'));
    text.extensions();
    return new ServerFinal(signature);
  }

  /** The message. */
  public byte[] bytes() {
    return ScramText.ascii("v=" + ScramText.base64(signature));
  }
}
