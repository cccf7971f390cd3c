package io.whimbrel.server.token;

import io.whimbrel.server.token.TokenException.Kind;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Says whose a token is. Signatures are checked on threads of their own, and nothing here waits.
 * Callable from every thread.
 */
public final class Tokens {
  private final List<Issuer> issuers;
  private final List<Asked> asked;
  private final int bytesMax;
  private final Executor threads;
  private final TokenEvents events;

  /** An issuer that is asked about tokens that are no JWT. */
  record Asked(Issuer issuer, Introspecting introspection) {}

  Tokens(
      List<Issuer> issuers, List<Asked> asked, int bytesMax, Executor threads, TokenEvents events) {
    this.issuers = List.copyOf(issuers);
    this.asked = List.copyOf(asked);
    this.bytesMax = bytesMax;
    this.threads = threads;
    this.events = events;
  }

  /** Takes what a token comes to; exactly one is called, on any thread. */
  public interface Heard {
    /** It is this client's. */
    void accept(TokenClient who);

    /** It lets nobody in. */
    void refuse(TokenException why);
  }

  /** Looks at a token. {@link Kind#UNKNOWN} is nobody's, and may be something else than a token. */
  public void check(byte @Nullable [] data, Bearer bearer, Heard heard) {
    Heard told = events.listening(bearer, heard);
    if (data == null || data.length == 0) {
      told.refuse(new TokenException(Kind.UNKNOWN, "there is none"));
      return;
    }
    if (data.length > bytesMax) {
      told.refuse(new TokenException(Kind.UNKNOWN, "it is longer than " + bytesMax + " bytes"));
      return;
    }
    for (byte octet : data) {
      if (octet <= ' '
          || octet > '~') { // RFC 6750, 2.1: of any other nothing may be said to others
        told.refuse(new TokenException(Kind.UNKNOWN, "it is no token"));
        return;
      }
    }
    String token = new String(data, StandardCharsets.US_ASCII);
    try {
      threads.execute(guarded(() -> look(token, bearer, told), told));
    } catch (RejectedExecutionException full) {
      told.refuse(new TokenException(Kind.UNAVAILABLE, "too many are looked at"));
    }
  }

  private void look(String token, Bearer bearer, Heard heard) {
    if (!bearer.awaited().getAsBoolean()) {
      heard.refuse(new TokenException(Kind.UNAVAILABLE, "nobody waits any more"));
      return;
    }
    Optional<JwtText> text = JwtText.of(token);
    if (text.isEmpty()) {
      ask(token, asked, null, bearer, heard);
      return;
    }
    JwtText said = text.get();
    Issuer issuer = issuerOf(said.issuer());
    if (issuer == null) {
      heard.refuse(new TokenException(Kind.ISSUER, "its issuer is not known here"));
    } else if (!issuer.hasKeys()) { // whatever it looks like
      ask(
          token,
          asked.stream().filter(each -> each.issuer() == issuer).toList(),
          null,
          bearer,
          heard);
    } else if (!issuer.allows(said.algorithm())) {
      heard.refuse(
          new TokenException(Kind.SIGNATURE, "it is signed by an algorithm that does not count"));
    } else {
      CompletableFuture<List<Key>> found =
          issuer.keys().find(said.algorithm(), said.kid()).toCompletableFuture();
      if (found.isDone() && !found.isCompletedExceptionally()) {
        verify(issuer, token, found.join(), bearer, heard);
        return;
      }
      found.whenComplete(
          (keys, error) -> {
            if (error != null) {
              heard.refuse(unavailable(error));
            } else {
              run(() -> verify(issuer, token, keys, bearer, heard), heard);
            }
          });
    }
  }

  /** Whatever goes wrong, somebody waits for an answer. */
  private static Runnable guarded(Runnable work, Heard heard) {
    return () -> {
      try {
        work.run();
      } catch (RuntimeException | StackOverflowError broken) { // of a library, over odd bytes
        heard.refuse(new TokenException(Kind.SIGNATURE, "it cannot be looked at"));
      }
    };
  }

  /** Keys that were fetched come on threads that have other work. */
  private void run(Runnable work, Heard heard) {
    try {
      threads.execute(guarded(work, heard));
    } catch (RejectedExecutionException full) {
      heard.refuse(new TokenException(Kind.UNAVAILABLE, "too many are looked at"));
    }
  }

  private static void verify(
      Issuer issuer, String token, List<Key> keys, Bearer bearer, Heard heard) {
    TokenClient who;
    try {
      who = issuer.check(token, keys, bearer);
    } catch (TokenException wrong) {
      heard.refuse(wrong);
      return;
    }
    heard.accept(who);
  }

  private @Nullable Issuer issuerOf(String name) {
    for (Issuer issuer : issuers) {
      if (issuer.issuer().equals(name)) {
        return issuer;
      }
    }
    return null;
  }

  /**
   * Asks one issuer after the other, until one knows it.
   *
   * @param missed why one of those before could not be asked, or null
   */
  private void ask(
      String token, List<Asked> left, @Nullable TokenException missed, Bearer bearer, Heard heard) {
    if (left.isEmpty()) {
      heard.refuse(missed != null ? missed : new TokenException(Kind.UNKNOWN, "nobody knows it"));
      return;
    }
    Asked one = left.get(0);
    List<Asked> others = left.subList(1, left.size());
    one.introspection()
        .ask(token)
        .whenComplete(
            (claims, error) -> {
              if (error != null) {
                ask(token, others, unavailable(error), bearer, heard);
              } else if (claims.isEmpty()) {
                ask(token, others, missed, bearer, heard);
              } else {
                answered(one.issuer(), claims.get(), bearer, heard);
              }
            });
  }

  private static void answered(Issuer issuer, Claims claims, Bearer bearer, Heard heard) {
    TokenClient who;
    try {
      who = issuer.introspected(claims, bearer);
    } catch (TokenException wrong) {
      heard.refuse(wrong);
      return;
    }
    heard.accept(who);
  }

  private static TokenException unavailable(Throwable error) {
    Throwable cause = error instanceof CompletionException wrapped ? wrapped.getCause() : error;
    return cause instanceof TokenException told
        ? told
        : new TokenException(Kind.UNAVAILABLE, "its issuer cannot be asked");
  }
}
