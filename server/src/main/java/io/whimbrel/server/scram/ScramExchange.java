package io.whimbrel.server.scram;

import io.whimbrel.codec.scram.ClientFinal;
import io.whimbrel.codec.scram.ClientFirst;
import io.whimbrel.codec.scram.ScramException;
import io.whimbrel.codec.scram.ScramHash;
import io.whimbrel.codec.scram.ServerFinal;
import io.whimbrel.codec.scram.ServerFirst;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * One exchange of SCRAM, the server's side (RFC 5802, section 3), without channel binding:
 *
 * <pre>
 * begin(client-first) -> server-first -> AWAITS_PROOF
 * AWAITS_PROOF, finish(client-final) -> server-final, or ScramException -> OVER
 * </pre>
 *
 * <p>A user there is not gets what one gets that there is, and fails at the end, as with a wrong
 * password. For one thread at a time.
 */
public final class ScramExchange {
  /** 144 bits: nobody meets one twice. */
  private static final int NONCE_BYTES = 18;

  private enum Phase {
    AWAITS_PROOF,
    OVER
  }

  private final ScramHash hash;
  private final ClientFirst first;
  private final ScramVerifier verifier;
  private final boolean known;
  private final ServerFirst answer;
  private Phase phase = Phase.AWAITS_PROOF;

  private ScramExchange(
      ScramHash hash,
      ClientFirst first,
      ScramVerifier verifier,
      boolean known,
      ServerFirst answer) {
    this.hash = hash;
    this.first = first;
    this.verifier = verifier;
    this.known = known;
    this.answer = answer;
  }

  /** A nonce of the server's own. */
  public static String nonce(SecureRandom random) {
    byte[] bytes = new byte[NONCE_BYTES];
    random.nextBytes(bytes);
    return Base64.getEncoder().withoutPadding().encodeToString(bytes);
  }

  /**
   * Begins one.
   *
   * @param nonce the server's part of it
   * @throws ScramException client-first is none, or asks for what there is not
   */
  public static ScramExchange begin(
      ScramHash hash, byte[] clientFirst, ScramFile users, String nonce) throws ScramException {
    ClientFirst first = ClientFirst.read(clientFirst);
    if (!first.authorizationId().isEmpty() && !first.authorizationId().equals(first.user())) {
      throw new ScramException(
          ScramException.Kind.MALFORMED, "one user wants to be another, and nobody may");
    }
    ScramVerifier decoy = users.decoy(hash, first.user()); // also where it is of no use
    ScramVerifier found = users.verifier(hash, first.user());
    ScramVerifier verifier = found == null ? decoy : found;
    ServerFirst answer =
        ServerFirst.of(first.nonce() + nonce, verifier.salt(), verifier.iterations());
    return new ScramExchange(hash, first, verifier, found != null, answer);
  }

  /** What the client is asked. */
  public byte[] serverFirst() {
    return answer.bytes();
  }

  /** Who it says it is. */
  public String user() {
    return first.user();
  }

  /**
   * Ends it: the client is the user.
   *
   * @param now the users of now, of whom this has to be one still, with the same password
   * @return server-final
   * @throws ScramException it is not, or nobody knows
   */
  public byte[] finish(byte[] clientFinal, ScramFile now) throws ScramException {
    if (phase == Phase.OVER) {
      throw new ScramException(ScramException.Kind.MALFORMED, "the exchange is over");
    }
    phase = Phase.OVER;
    ClientFinal proven = ClientFinal.read(clientFinal);
    byte[] header = first.header().getBytes(StandardCharsets.UTF_8);
    if (!MessageDigest.isEqual(header, proven.binding())) {
      throw new ScramException(
          ScramException.Kind.MALFORMED, "the header is not repeated as it was");
    }
    if (!proven.nonce().equals(answer.nonce())) {
      throw new ScramException(ScramException.Kind.MALFORMED, "the nonce is not that of before");
    }
    if (proven.proof().length != hash.bytes()) {
      throw new ScramException(ScramException.Kind.MALFORMED, "the proof has another length");
    }
    String said = first.bare() + "," + answer.text() + "," + proven.withoutProof();
    byte[] message = said.getBytes(StandardCharsets.UTF_8);
    byte[] clientSignature = hash.hmac(verifier.storedKey(), message);
    byte[] clientKey = ScramHash.xor(proven.proof(), clientSignature);
    boolean proved = MessageDigest.isEqual(hash.storedKey(clientKey), verifier.storedKey());
    byte[] signature = hash.hmac(verifier.serverKey(), message);
    ScramVerifier still = now.verifier(hash, first.user());
    if (!proved || !known || still == null || !still.isSame(verifier)) {
      throw new ScramException(ScramException.Kind.WRONG_PROOF, "the proof is not the user's");
    }
    return new ServerFinal(signature).bytes();
  }
}
