package io.whimbrel.server.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who issues tokens that let clients in.
 *
 * @param name what the configuration calls it
 * @param issuer its {@code iss}
 * @param audience one of these is in {@code aud}
 * @param algorithms that count; empty: as its keys are
 */
public record IssuerConfig(
    String name,
    String issuer,
    List<String> audience,
    Keys keys,
    List<Algorithm> algorithms,
    Who who,
    Rights rights,
    Bound bound,
    Optional<Introspection> introspection) {

  /**
   * Where its keys are; one of them is said.
   *
   * @param secret empty where there is none
   * @param discovery whether the URL is to be found out
   */
  public record Keys(
      String secret,
      Optional<Path> secretFile,
      Optional<Path> publicKey,
      Optional<Path> jwksFile,
      Optional<URI> jwksUrl,
      boolean discovery,
      Optional<Path> ca) {

    /** Whether they are a secret of both. */
    public boolean isSecret() {
      return !secret.isEmpty() || secretFile.isPresent();
    }

    /** Whether they are fetched. */
    public boolean isRemote() {
      return jwksUrl.isPresent() || discovery;
    }

    /** Whether there are any. */
    public boolean areSaid() {
      return isSecret() || isRemote() || publicKey.isPresent() || jwksFile.isPresent();
    }

    /** The files among them. */
    Stream<Path> files() {
      return Stream.of(secretFile, publicKey, jwksFile).flatMap(Optional::stream);
    }

    /** Without the secret. */
    @Override
    public String toString() {
      return "Keys[" + secretFile + ", " + publicKey + ", " + jwksFile + ", " + jwksUrl + "]";
    }
  }

  /** Who a client is by its claims. */
  public record Who(String userFrom, ClientIdRule clientId, String clientIdClaim, String groups) {}

  /** What a client may do by its claims. */
  public record Rights(
      List<String> publish, List<String> subscribe, String aclClaim, boolean scopes) {

    /** Whether tokens say it at all; else only rules do. */
    public boolean areSaid() {
      return !publish.isEmpty() || !subscribe.isEmpty() || !aclClaim.isEmpty() || scopes;
    }
  }

  /** Where tokens are asked about that are no JWT. */
  public record Introspection(
      URI url, String client, Optional<Path> secretFile, long cacheMillis) {}

  /** Signatures, as RFC 7518 and RFC 8037 name them. */
  public enum Algorithm {
    RS256,
    RS384,
    RS512,
    PS256,
    PS384,
    PS512,
    ES256,
    ES384,
    ES512,
    EDDSA,
    HS256,
    HS384,
    HS512;

    /** As a token says it. */
    public String text() {
      return this == EDDSA ? "EdDSA" : name();
    }

    /** Whether it is made with a secret of both. */
    public boolean isOfSecret() {
      return name().startsWith("HS");
    }
  }

  /** What the Client Identifier has to do with a claim. */
  public enum ClientIdRule {
    ANY,
    EQUALS,
    PREFIX
  }

  /** Whether a token has to be bound to the client's certificate. */
  public enum Bound {
    IF_SAID,
    REQUIRED
  }
}
