package io.whimbrel.server.scram;

import io.whimbrel.codec.scram.ScramHash;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Stands in for users there are not: asked again, they have the same salt, and iterations and the
 * length of the salt are those that most users have. The salt is another one when the broker was
 * started again. Immutable.
 *
 * @param secret of this process
 */
record Decoys(ScramHash hash, int iterations, int saltBytes, byte[] secret) {
  private static final byte[] SECRET_OF_THIS_PROCESS = random();

  private static byte[] random() {
    byte[] secret = new byte[ScramHash.SHA_512.bytes()];
    new SecureRandom().nextBytes(secret);
    return secret;
  }

  /** What of a verifier everybody sees. */
  private record Shape(int iterations, int saltBytes) {}

  private static final Comparator<Shape> STRONGER =
      Comparator.comparingInt(Shape::iterations).thenComparingInt(Shape::saltBytes);

  /** As there are such users. */
  static Decoys like(ScramHash hash, List<ScramVerifier> users) {
    Map<Shape, Long> shapes =
        users.stream()
            .map(each -> new Shape(each.iterations(), each.salt().length))
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    Shape usual =
        shapes.entrySet().stream()
            .max(
                Map.Entry.<Shape, Long>comparingByValue()
                    .thenComparing(Map.Entry::getKey, STRONGER))
            .map(Map.Entry::getKey)
            .orElse(new Shape(ScramFileEditor.ITERATIONS, ScramVerifier.SALT_BYTES));
    return new Decoys(hash, usual.iterations(), usual.saltBytes(), SECRET_OF_THIS_PROCESS);
  }

  /** One that no password fits. */
  ScramVerifier of(String user) {
    return new ScramVerifier(
        hash, iterations, salt(user), derived("stored", user), derived("server", user));
  }

  private byte[] salt(String user) {
    byte[] salt = new byte[saltBytes];
    for (int at = 0, block = 0; at < saltBytes; block++) {
      byte[] next = derived("salt " + block, user);
      int count = Math.min(next.length, saltBytes - at);
      System.arraycopy(next, 0, salt, at, count);
      at += count;
    }
    return salt;
  }

  private byte[] derived(String what, String user) {
    String text = hash.method() + "," + what + "," + user;
    return hash.hmac(secret, text.getBytes(StandardCharsets.UTF_8));
  }
}
