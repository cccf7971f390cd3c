package io.whimbrel.server.token;

import io.whimbrel.codec.Utf8;
import io.whimbrel.server.config.IssuerConfig;
import io.whimbrel.server.config.IssuerConfig.Algorithm;
import io.whimbrel.server.token.TokenException.Kind;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jspecify.annotations.Nullable;

/** One who issues tokens, and what they say of a client. Callable from every thread. */
final class Issuer {
  private static final double SECONDS_MAX = 1L << 40;

  private final IssuerConfig config;
  private final SigningKeys keys;
  private final long leewaySeconds;
  private final LongSupplier dayMillis;
  private final Set<String> algorithms;

  /**
   * @param dayMillis the time of day
   */
  Issuer(IssuerConfig config, SigningKeys keys, long leewaySeconds, LongSupplier dayMillis) {
    this.config = config;
    this.keys = keys;
    this.leewaySeconds = leewaySeconds;
    this.dayMillis = dayMillis;
    Stream<Algorithm> allowed =
        config.algorithms().isEmpty()
            ? Stream.of(Algorithm.values())
                .filter(each -> each.isOfSecret() == config.keys().isSecret())
            : config.algorithms().stream();
    this.algorithms = allowed.map(Algorithm::text).collect(Collectors.toUnmodifiableSet());
  }

  String issuer() {
    return config.issuer();
  }

  /** Whether it has any; else it is asked about every token. */
  boolean hasKeys() {
    return keys != FixedKeys.NONE;
  }

  SigningKeys keys() {
    return keys;
  }

  /** Whether a token may be signed like that; {@code none} never. */
  boolean allows(String algorithm) {
    return algorithms.contains(algorithm);
  }

  // ---------------------------------------------------------------- a JSON Web Token

  /** Who the client of a token is that one of the keys has signed. */
  TokenClient check(String token, List<Key> candidates, Bearer bearer) throws TokenException {
    TokenException last =
        new TokenException(Kind.SIGNATURE, "it names a key that its issuer does not have");
    for (Key key : candidates) {
      try {
        return verified(new Claims(claims(token, key).getClaimsMap()), bearer);
      } catch (TokenException wrong) {
        last = wrong;
        if (wrong.kind() != Kind.SIGNATURE) {
          throw wrong;
        }
      }
    }
    throw last;
  }

  private JwtClaims claims(String token, Key key) throws TokenException {
    JwtConsumer consumer =
        new JwtConsumerBuilder()
            .setVerificationKey(key)
            .setJwsAlgorithmConstraints(
                new AlgorithmConstraints(ConstraintType.PERMIT, algorithms.toArray(new String[0])))
            .setExpectedIssuer(true, config.issuer())
            .setExpectedAudience(true, config.audience().toArray(new String[0]))
            .setRequireExpirationTime()
            .setEvaluationTime(NumericDate.fromMilliseconds(dayMillis.getAsLong()))
            .setAllowedClockSkewInSeconds((int) leewaySeconds)
            .build();
    try {
      return consumer.processToClaims(token);
    } catch (InvalidJwtException wrong) {
      throw worded(wrong);
    }
  }

  /** Without the text of the library, which repeats claims. */
  private static TokenException worded(InvalidJwtException wrong) {
    if (wrong.hasErrorCode(ErrorCodes.EXPIRED)) {
      return new TokenException(Kind.TIME, "it has expired");
    }
    if (wrong.hasErrorCode(ErrorCodes.NOT_YET_VALID)) {
      return new TokenException(Kind.TIME, "it is not valid yet");
    }
    if (wrong.hasErrorCode(ErrorCodes.EXPIRATION_MISSING)) {
      return new TokenException(Kind.CLAIMS, "it has no exp");
    }
    if (wrong.hasErrorCode(ErrorCodes.AUDIENCE_MISSING)) {
      return new TokenException(Kind.CLAIMS, "it has no aud");
    }
    if (wrong.hasErrorCode(ErrorCodes.AUDIENCE_INVALID)) {
      return new TokenException(Kind.CLAIMS, "it is for another audience");
    }
    if (wrong.hasErrorCode(ErrorCodes.ISSUER_INVALID)
        || wrong.hasErrorCode(ErrorCodes.ISSUER_MISSING)) {
      return new TokenException(Kind.CLAIMS, "it has another issuer");
    }
    if (wrong.hasErrorCode(ErrorCodes.MALFORMED_CLAIM)) {
      return new TokenException(Kind.CLAIMS, "a claim of it has a form that it may not have");
    }
    return wrong.hasErrorCode(ErrorCodes.SIGNATURE_INVALID)
        ? new TokenException(Kind.SIGNATURE, "its signature is wrong")
        : new TokenException(Kind.SIGNATURE, "it cannot be verified");
  }

  // ---------------------------------------------------------------- what it says

  /** Who the client is by claims that are known to be this issuer's. */
  TokenClient verified(Claims claims, Bearer bearer) throws TokenException {
    String user =
        claims
            .text(config.who().userFrom())
            .filter(Issuer::canBeSaid)
            .orElseThrow(
                () ->
                    new TokenException(
                        Kind.CLAIMS, "it has no user name in " + config.who().userFrom()));
    checkClientId(claims, bearer.clientId());
    checkBound(claims, bearer.certificate());
    return new TokenClient(
        user,
        claims.texts(config.who().groups()),
        ClaimRights.of(config.rights(), claims, user, bearer.clientId()),
        config.issuer(),
        claims.text("sub").orElse(""),
        claims.text("jti").orElse(""),
        expiresMillis(claims));
  }

  /**
   * Who the client is by what the issuer answered. What it leaves out it has looked at itself (RFC
   * 7662, 2.2), but an answer for others, or one that has no end, lets nobody in.
   */
  TokenClient introspected(Claims claims, Bearer bearer) throws TokenException {
    if (claims.at("iss").isPresent() && !claims.text("iss").equals(Optional.of(config.issuer()))) {
      throw new TokenException(Kind.CLAIMS, "it has another issuer");
    }
    if (config.audience().stream().noneMatch(claims.texts("aud")::contains)) {
      throw new TokenException(Kind.CLAIMS, "it is for another audience");
    }
    return verified(claims, bearer);
  }

  /** A name has to be one that CONNECT could say: it is recorded, and told to receivers. */
  private static boolean canBeSaid(String user) {
    try {
      Utf8.encode(user);
      return true;
    } catch (IllegalArgumentException useless) {
      return false;
    }
  }

  private long expiresMillis(Claims claims) throws TokenException {
    if (!(claims.all().get("exp") instanceof Number said)) {
      throw new TokenException(Kind.CLAIMS, "it has no exp");
    }
    double seconds = said.doubleValue();
    if (!(seconds > 0 && seconds < SECONDS_MAX)) {
      throw new TokenException(Kind.CLAIMS, "its exp is no time");
    }
    long millis = (long) (seconds * 1_000);
    if (millis <= dayMillis.getAsLong()) {
      throw new TokenException(Kind.TIME, "it has expired");
    }
    return millis;
  }

  private void checkClientId(Claims claims, String clientId) throws TokenException {
    Optional<String> said = claims.text(config.who().clientIdClaim());
    boolean fits =
        switch (config.who().clientId()) {
          case ANY -> true;
          case EQUALS -> said.isPresent() && clientId.equals(said.get());
          case PREFIX -> said.isPresent() && clientId.startsWith(said.get());
        };
    if (!fits) {
      throw new TokenException(Kind.CLAIMS, "it is for another Client Identifier");
    }
  }

  /** RFC 8705, 3.1. */
  private void checkBound(Claims claims, @Nullable X509Certificate certificate)
      throws TokenException {
    Object cnf = claims.all().get("cnf");
    if (cnf == null) {
      if (config.bound() == IssuerConfig.Bound.REQUIRED) {
        throw new TokenException(Kind.CLAIMS, "it is not bound to a certificate");
      }
      return;
    }
    Object print = cnf instanceof Map<?, ?> map ? map.get("x5t#S256") : null;
    if (!(print instanceof String thumbprint)) {
      throw new TokenException(Kind.CLAIMS, "it is bound to something that cannot be proved here");
    }
    if (certificate == null || !isOf(thumbprint, certificate)) {
      throw new TokenException(Kind.CLAIMS, "it is bound to another certificate");
    }
  }

  private static boolean isOf(String thumbprint, X509Certificate certificate) {
    try {
      byte[] own = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      byte[] text = Base64.getUrlEncoder().withoutPadding().encode(own);
      return MessageDigest.isEqual(text, thumbprint.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException broken) {
      return false;
    }
  }
}
