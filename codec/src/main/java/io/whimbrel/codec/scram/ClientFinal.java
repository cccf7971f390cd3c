package io.whimbrel.codec.scram;

import java.nio.charset.StandardCharsets;

/**
 * What the client proves by.
 *
 * @param binding what it repeats of the GS2 header, and with no channel binding nothing else
 * @param nonce that of both sides
 * @param withoutProof client-final-message-without-proof, as it goes into proof and signature
 */
public record ClientFinal(byte[] binding, String nonce, byte[] proof, String withoutProof) {
  /** The longest that is read. */
  public static final int BYTES_MAX = 4_096;

  /** Reads one. */
  public static ClientFinal read(byte[] message) throws ScramException {
    ScramText text = ScramText.of(message, BYTES_MAX);
    byte[] binding = ScramText.bytes(text.value('c'));
    String nonce = ScramText.nonce(text.value('r'));
    while (true) {
      String withoutProof = text.read();
      String part = text.part();
      if (text.isAtEnd()) {
        byte[] proof = ScramText.bytes(ScramText.value(part, 'p'));
        return new ClientFinal(binding, nonce, proof, withoutProof);
      }
      ScramText.extension(part);
    }
  }

  /** What stands before a proof. */
  public static String withoutProof(ClientFirst first, String nonce) {
    byte[] header = first.header().getBytes(StandardCharsets.UTF_8);
    return "c=" + ScramText.base64(header) + ",r=" + nonce;
  }

  /** One to be sent. */
  public static byte[] bytes(String withoutProof, byte[] proof) {
    return (withoutProof + ",p=" + ScramText.base64(proof)).getBytes(StandardCharsets.UTF_8);
  }
}
